import { z } from 'zod'

/** A commit by its full name. */
const commit = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a commit has 40 or 64 hex digits')
/** Seconds since the epoch. */
const at = z.number().int().nonnegative()
const count = z.number().int().nonnegative()

/** Where in a cycle something went wrong, in the order of a cycle. */
export const stages = ['fetch', 'verify', 'evaluate', 'plan', 'apply', 'health', 'record'] as const
export type Stage = (typeof stages)[number]

/**
 * What an agent is in, the worst that holds: `ok`; `drift` (audit: what differs is only reported); `frozen` by hand;
 * `bad-commit` (the newest one failed and is not tried again, the last good one is in force); `untrusted` (the newest
 * one is not signed by whom it should be, or does not follow the one in force); `failing` (no good commit yet, or the
 * last cycle failed and will be tried again); `broken` (going back would cross what cannot be taken back: a person is
 * needed).
 */
export const agentStates = ['ok', 'drift', 'frozen', 'bad-commit', 'untrusted', 'failing', 'broken'] as const
export type AgentState = (typeof agentStates)[number]

/** A decision of a person that outlives the process: who, why and until when. */
const order = z.strictObject({ by: z.string(), why: z.string(), at, until: at.optional() })
export type Order = z.infer<typeof order>

/**
 * `agent/1`: all that an agent knows of itself, one JSON file that is replaced as a whole. Status, metrics and
 * `hexis fleet status` are made of it alone.
 */
export const agentRecord = z.strictObject({
  format: z.literal('agent/1'),
  version: z.string(),
  host: z.string(),
  site: z.string(),
  mode: z.enum(['enforce', 'audit']),
  state: z.enum(agentStates),
  /** One line for people: why it is in this state. */
  because: z.string().optional(),
  branch: z.string(),
  /** The commit in force, if any was ever applied; in audit, the one that the host is compared with. */
  commit: commit.optional(),
  /** The branch that it came from. */
  commitBranch: z.string().optional(),
  commitTime: at.optional(),
  /** Last commit that was applied and healthy. */
  good: commit.optional(),
  /** Newest commit of the branch that the repository has. */
  upstream: commit.optional(),
  upstreamTime: at.optional(),
  /**
   * A commit that is being applied or not yet known to be healthy, the generation to go back to, and the keys of steps
   * since then that cannot be taken back.
   */
  trying: z
    .strictObject({
      commit,
      from: count,
      at,
      crossed: z.array(z.string()).optional(),
      /** How often it was begun without that the agent saw the end. */
      times: count.optional(),
    })
    .optional(),
  bad: z.array(z.strictObject({ commit, stage: z.enum(stages), because: z.string(), at })),
  orders: z.strictObject({
    freeze: order.optional(),
    track: order.extend({ branch: z.string() }).optional(),
    pin: order.extend({ commit }).optional(),
  }),
  attemptAt: at.optional(),
  successAt: at.optional(),
  /** Of the last cycle that changed something. */
  applySeconds: z.number().nonnegative().optional(),
  resources: count,
  /** Changes carried out since the agent was installed, by reason. */
  changes: z.partialRecord(z.enum(['new', 'changed', 'drift', 'removed', 'released']), count),
  /** What differs now, by type of resource. */
  drift: z.record(z.string(), count),
  /** Failed cycles since the agent was installed. */
  failures: z.partialRecord(z.enum(stages), count),
  health: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), because: z.string().optional(), at })),
})

/** What an agent knows of itself. */
export type AgentRecord = z.infer<typeof agentRecord>
