import { z } from 'zod'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { AgentRecord } from '../state/state.ts'

const why = z.string().trim().min(1).max(500)
const forSeconds = z.number().int().positive()
const commit = z.string().regex(/^[0-9a-f]{7,64}$/, 'a commit has 7 to 64 hex digits')
const branch = z.string().regex(/^[A-Za-z0-9][\w./+-]{0,199}$/, 'it is the name of a branch')

/** What a person may ask of an agent. All but `status` change it. */
export const order = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('status') }),
  z.strictObject({ verb: z.literal('pull') }),
  z.strictObject({ verb: z.literal('freeze'), why, forSeconds: forSeconds.exactOptional() }),
  z.strictObject({ verb: z.literal('unfreeze') }),
  z.strictObject({ verb: z.literal('rollback'), commit, why, forSeconds: forSeconds.exactOptional() }),
  z.strictObject({ verb: z.literal('track'), branch, why, forSeconds }),
])
export type Order = z.infer<typeof order>
export type Verb = Order['verb']

export interface Given {
  readonly by: string
  /** Seconds since the epoch. */
  readonly at: number
}

const refused = (summary: string, hint: string): DiagnosticError =>
  new DiagnosticError({ severity: 'error', code: 'agent-refused', summary, hint })

/** The full name of a commit of which only the beginning was given, among those that the agent knows. */
export const fullCommit = (record: AgentRecord, beginning: string): string | undefined => {
  const { commit, good, upstream, bad, orders } = record
  const known = [commit, good, upstream, orders.pin?.commit, ...bad.map((one) => one.commit)]
  const found = new Set(known.filter((one): one is string => one?.startsWith(beginning) === true))
  return found.size === 1 ? [...found][0] : undefined
}

const untilOf = (seconds: number | undefined, at: number): { readonly until?: number } =>
  seconds === undefined ? {} : { until: at + seconds }

/** The record with an order in it. A commit must be a full name by now. @throws DiagnosticError where it cannot be */
export const withOrder = (record: AgentRecord, given: Order, { by, at }: Given): AgentRecord => {
  const { orders } = record
  switch (given.verb) {
    case 'status':
    case 'pull':
      return record
    case 'freeze':
      return {
        ...record,
        ...(record.state === 'ok' || record.state === 'drift'
          ? { state: 'frozen' as const, because: `by ${by}: ${given.why}` }
          : {}),
        orders: { ...orders, freeze: { by, at, why: given.why, ...untilOf(given.forSeconds, at) } },
      }
    case 'unfreeze': {
      const { freeze, pin, ...others } = orders
      if (freeze === undefined && pin === undefined && record.state !== 'broken')
        throw refused('the agent is neither frozen nor pinned nor broken', 'hexis agent status says what it does.')
      const { trying: _left, ...rest } = record
      return record.state === 'broken'
        ? { ...rest, orders: others, state: 'failing', because: `${by} lets the agent go on` }
        : { ...record, orders: others }
    }
    case 'rollback':
      return {
        ...record,
        orders: { ...orders, pin: { by, at, why: given.why, commit: given.commit, ...untilOf(given.forSeconds, at) } },
        // Who asks for it by name wants it tried once more.
        bad: record.bad.filter((one) => one.commit !== given.commit),
        ...(record.state === 'broken' ? { state: 'failing' as const } : {}),
      }
    case 'track':
      return {
        ...record,
        orders: {
          ...orders,
          track: { by, at, why: given.why, branch: given.branch, ...untilOf(given.forSeconds, at) },
        },
      }
    default:
      return given satisfies never
  }
}

/** The record without orders whose time is over, and what is to be said of them. */
export const withoutExpired = (
  record: AgentRecord,
  now: number,
): { readonly record: AgentRecord; readonly over: readonly string[] } => {
  const { freeze, pin, track } = record.orders
  const isOver = (one: { readonly until?: number | undefined } | undefined): boolean =>
    one?.until !== undefined && one.until <= now
  const over = [
    ...(isOver(freeze) ? [`the freeze of ${freeze?.by} is over`] : []),
    ...(isOver(pin) ? [`the rollback to ${pin?.commit.slice(0, 12)} of ${pin?.by} is over`] : []),
    ...(isOver(track) ? [`tracking ${track?.branch}, ordered by ${track?.by}, is over`] : []),
  ]
  if (over.length === 0) return { record, over }
  const orders = {
    ...(freeze === undefined || isOver(freeze) ? {} : { freeze }),
    ...(pin === undefined || isOver(pin) ? {} : { pin }),
    ...(track === undefined || isOver(track) ? {} : { track }),
  }
  return { record: { ...record, orders }, over }
}

/** The time at which the next order ends by itself. */
export const nextExpiry = ({ orders }: AgentRecord): number | undefined => {
  const times = [orders.freeze, orders.pin, orders.track].flatMap((one) => one?.until ?? [])
  return times.length === 0 ? undefined : Math.min(...times)
}
