import { hostNamed } from '../config/index.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { ApplyResult, HostSession, Verdict } from '../host/session.ts'
import type { Inventory, InventoryHost } from '../inventory/index.ts'
import type { HostPlan } from '../plan/plan.ts'
import type { Connections } from './connections.ts'
import { lockoutKeys } from './lockout.ts'
import type { EngineOptions, HostResult, HostTrial, UpOptions } from './types.ts'

/** How long a host waits for the word when nobody named a time. */
export const defaultTrySeconds = 60
const connectTimeoutMs = 10_000
const retryMs = 500
/** What a host may take to put everything back once its time is up. */
const undoGraceMs = 60_000
/** How long the first connection may stay silent once the new one has the answer. */
const settleMs = 5000

/** Whether the plan of a host is to be tried, and why. `--try 0` never. */
export const trialOf = (
  plan: HostPlan,
  host: InventoryHost,
  options: EngineOptions & Pick<UpOptions, 'trySeconds'>,
): HostTrial | undefined => {
  if (plan.ops.length === 0 || options.audit === true || options.trySeconds === 0) return undefined
  const because = lockoutKeys(plan.changes, host)
  if (options.trySeconds === undefined && because.length === 0) return undefined
  return { seconds: options.trySeconds ?? defaultTrySeconds, because }
}

/** What a trial needs of the run around it. */
export interface TrialSupport {
  /** A connection of its own, shared with nothing; rejects when none can be made. */
  connect(timeoutMs: number): Promise<HostSession>
  /** From now on the host is spoken to through this one. */
  adopt(session: HostSession): void
  /** Asked when a new connection was made: shall it stay? */
  readonly keep: () => Promise<boolean>
  readonly signal: AbortSignal | undefined
}

/** How a trial ended, as far as a new connection could tell. */
interface Told {
  readonly result?: ApplyResult
  /** Why no new connection could be made. */
  readonly refused?: Diagnostic
}

const waitMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What comes in that time; undefined else. */
const within = async <T>(promise: Promise<T>, ms: number): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

const connectUntil = async (
  support: TrialSupport,
  deadline: number,
): Promise<{ readonly session?: HostSession; readonly refused?: Diagnostic }> => {
  let refused: Diagnostic | undefined
  for (;;) {
    const leftMs = deadline - Date.now()
    if (leftMs <= 0) return refused === undefined ? {} : { refused }
    try {
      return { session: await support.connect(Math.min(connectTimeoutMs, Math.max(1000, leftMs))) }
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error
      refused ??= error.diagnostics[0]
      // Another try cannot help where the way in itself was refused, but the host's time has to run out all the same.
      await waitMs(retryMs)
    }
  }
}

/** Gives the verdict over a new connection, in time or not at all. */
const giveVerdict = async (site: string, seconds: number, support: TrialSupport): Promise<Told> => {
  const { session, refused } = await connectUntil(support, Date.now() + seconds * 1000)
  if (session === undefined) return refused === undefined ? {} : { refused }
  const aborted = (): boolean => support.signal?.aborted === true
  const keep = !aborted() && (await support.keep()) && !aborted()
  try {
    const result = await session.confirm(site, keep ? 'keep' : 'revert')
    support.adopt(session)
    return { result }
  } catch (error) {
    await session.close()
    if (!(error instanceof DiagnosticError)) throw error
    return {}
  }
}

/** Where the first connection never said how it ended: the host is asked anew until it is known. */
const askAfterwards = async (site: string, generation: number, support: TrialSupport): Promise<ApplyResult> => {
  const deadline = Date.now() + undoGraceMs
  while (Date.now() < deadline) {
    const { session } = await connectUntil(support, deadline)
    if (session === undefined) break
    try {
      const hello = await session.hello(site)
      if (hello.interrupted === undefined) {
        support.adopt(session)
        if (hello.ledger.generation === generation) return { outcome: 'committed', stays: [] }
        const message = 'unconfirmed: the host took the changes back by itself'
        return { outcome: 'undone', failed: { number: 0, message }, stays: [] }
      }
      await session.close()
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error
    }
    await waitMs(retryMs)
  }
  return { outcome: 'interrupted', stays: [] }
}

export interface TrialRun {
  readonly site: string
  /** The generation that is in force when the changes stay. */
  readonly generation: number
  readonly seconds: number
  readonly support: TrialSupport
}

/**
 * Carries out a transaction on trial. `apply` calls back when the host waits for the word; this gives it over a new
 * connection, and finds out how it ended although the first connection may be dead by then.
 */
export const runTrial = async (
  trial: TrialRun,
  apply: (onTry: (seconds: number) => void) => Promise<ApplyResult>,
): Promise<ApplyResult> => {
  const { site, support, generation } = trial
  let told: Promise<Told> | undefined
  let begun: () => void = () => {}
  const begins = new Promise<void>((resolve) => {
    begun = resolve
  })
  const applied = apply((seconds) => {
    told ??= giveVerdict(site, seconds, support)
    told.catch(() => {})
    begun()
  }).catch(cutOff)
  await Promise.race([applied, begins])
  if (told === undefined) {
    const result = await applied
    return result.outcome === 'interrupted' ? askAfterwards(site, generation, support) : result
  }
  const first = await Promise.race([applied, told])
  if ('outcome' in first && first.outcome !== 'interrupted') return withReason(first, await told)
  const end = await told
  const late = await within(applied, end.result === undefined ? undoGraceMs : settleMs)
  if (late !== undefined && late.outcome !== 'interrupted') return withReason(late, end)
  return end.result ?? withReason(await askAfterwards(site, generation, support), end)
}

/** A link or a process that died while the host was at work: how it ended has to be asked. */
const cutOff = (error: unknown): ApplyResult => {
  const lost = error instanceof DiagnosticError && error.diagnostics.some((d) => lostCodes.has(d.code))
  if (lost) return { outcome: 'interrupted', stays: [] }
  throw error
}

const lostCodes: ReadonlySet<string> = new Set(['transaction-failed', 'connection-lost', 'timeout'])

/** A trial that ended unconfirmed says why no new connection came. */
const withReason = (result: ApplyResult, told: Told): ApplyResult => {
  const { failed } = result
  if (failed === undefined || told.refused === undefined || !failed.message.startsWith('unconfirmed: ')) return result
  const { summary, detail } = told.refused
  return { ...result, failed: { ...failed, message: [failed.message, summary, detail ?? ''].join('\n').trimEnd() } }
}

/** One question a run: the answer for the first host on trial is the answer for all. */
export const trialSupport = (
  inventory: Inventory,
  connections: Connections,
  options: UpOptions,
): ((host: string) => TrialSupport) => {
  let answer: Promise<boolean> | undefined
  return (name) => {
    const host = hostNamed(inventory, name)
    return {
      connect: (timeoutMs) => connections.fresh(host, timeoutMs, options),
      adopt: (session) => connections.adopt(host, session),
      keep: () => (answer ??= options.keepTrial === undefined ? Promise.resolve(true) : options.keepTrial(name)),
      signal: options.signal,
    }
  }
}

/** How a host ended whose trial was decided from outside. */
export const verdictResult = (host: string, verdict: Verdict, result: ApplyResult): Omit<HostResult, 'generation'> => {
  const stays = result.stays.map((summary): Diagnostic => ({ severity: 'warning', code: 'stays', summary, host }))
  const status = result.outcome === 'undone' ? 'undone' : result.outcome === 'undo-incomplete' ? 'failed' : 'changed'
  const late: readonly Diagnostic[] =
    verdict === 'keep' && status !== 'changed'
      ? [{ severity: 'error', code: 'unconfirmed', summary: 'too late: the host was taking the changes back', host }]
      : []
  return { host, status, changes: 0, diagnostics: [...late, ...stays] }
}
