import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { HostSession, Retention } from '../host/session.ts'
import { isCarriedOut } from '../plan/plan.ts'
import type { Key } from '../steps/step.ts'
import type { Analysed } from './analysed.ts'
import { diagnosticsOf, statusOf } from './context.ts'
import { type Executed, execute } from './execute.ts'
import { factAt } from './fact-at.ts'
import { inParallel, waves } from './parallel.ts'
import { rebooted, rebootKeys, rebootSeconds } from './reboot.ts'
import type { TrialSupport } from './trial.ts'
import type { Analysis, HostAnalysis, HostResult, RunSummary, UpOptions } from './types.ts'

/** What the loop needs to know of one host. */
export interface Assessed {
  readonly view: HostAnalysis
  readonly analysed?: Analysed
  readonly session?: HostSession
}

/** What the caller gives. */
export interface LoopInput {
  readonly hosts: readonly string[]
  assess(host: string): Promise<Assessed>
  readonly options: UpOptions
  readonly who: string
  readonly retention: Retention
  /** What a trial on that host needs; `options` are the loop's. */
  readonly support: (host: string) => TrialSupport
  /** A saved plan has one cycle only and is never analysed again. */
  readonly once?: boolean
}

interface Loop extends LoopInput {
  /** `HOST KEY` of the reboots that this run has brought about. */
  readonly rebooted: Set<string>
}

const defaultCycles = 5
const defaultParallel = 32

/** What a person must see before it happens: changes, and what is let go. */
const shows = (view: HostAnalysis): boolean => view.plan?.changes.some((c) => !c.audit) === true

/** Changes that would be carried out. */
export const pending = (view: HostAnalysis): number => view.plan?.changes.filter(isCarriedOut).length ?? 0

const mustRecord = (assessed: Assessed): boolean =>
  assessed.analysed?.plan.records === true || pending(assessed.view) > 0

const ended = (assessed: Assessed): HostResult | undefined => {
  const { view } = assessed
  const base = { host: view.host, changes: 0, generation: view.generation, diagnostics: view.diagnostics }
  const inConfig = view.inConfig === undefined ? {} : { inConfig: view.inConfig }
  if (view.status !== 'ready') return { ...base, status: view.status, ...inConfig }
  return mustRecord(assessed) ? undefined : { ...base, status: 'converged' }
}

const merged = (before: HostResult | undefined, now: HostResult): HostResult => {
  if (before === undefined) return now
  const changes = before.changes + now.changes
  const status = now.status === 'converged' && changes > 0 ? 'changed' : now.status
  const along = [...(before.along ?? []), ...(now.along ?? [])]
  const more = along.length === 0 ? {} : { along }
  return { ...now, ...more, status, changes, diagnostics: [...before.diagnostics, ...now.diagnostics] }
}

const executeOne = async (loop: Loop, assessed: Assessed): Promise<Executed> => {
  const { analysed, session, view } = assessed
  const on = loop.options.on ?? (() => {})
  const base = { host: view.host, changes: 0, generation: view.generation }
  if (analysed === undefined || session === undefined)
    return { ...base, status: 'failed', diagnostics: view.diagnostics }
  if (loop.options.signal?.aborted === true) return { ...base, status: 'interrupted', diagnostics: [] }
  const again = rebootKeys(analysed.plan).filter((key) => loop.rebooted.has(`${view.host} ${key}`))
  if (again.length > 0) return { ...base, status: 'failed', diagnostics: [rebootedAlready(assessed, again)] }
  try {
    const result = await execute(session, analysed, {
      onFailure: loop.options.onFailure ?? 'rollback',
      who: loop.who,
      ...(loop.options.via === undefined ? {} : { via: loop.options.via }),
      retention: loop.retention,
      on,
      ...(view.trial === undefined ? {} : { trial: { ...view.trial, support: loop.support(view.host) } }),
    })
    const ended = result.status === 'changed' ? await withReboot(loop, { result, analysed }) : result
    on({ event: 'finished', host: view.host, status: ended.status, changes: ended.changes })
    return ended
  } catch (error) {
    const diagnostics = diagnosticsOf(error, view.host)
    const status = statusOf(diagnostics)
    on({ event: 'finished', host: view.host, status, changes: 0 })
    return { ...base, status, diagnostics }
  }
}

interface Done {
  readonly result: Executed
  readonly analysed: Analysed
}

/** The reboot that a committed plan has asked for, until the host is back. */
const withReboot = async (loop: Loop, { result, analysed }: Done): Promise<Executed> => {
  const seconds = rebootSeconds(analysed.plan)
  if (seconds === undefined) return result
  const { host } = result
  for (const key of rebootKeys(analysed.plan)) loop.rebooted.add(`${host} ${key}`)
  const failure = await rebooted({
    host,
    site: analysed.plan.site,
    bootId: String(factAt(analysed.hello.facts, 'bootId') ?? ''),
    seconds,
    support: loop.support(host),
    on: loop.options.on ?? (() => {}),
  })
  return failure === undefined ? result : { ...result, ...failure }
}

/** A plan that another run overtook is made anew in the next cycle: then that is no error. */
const kept = ({ outdated, ...result }: Executed, loop: Loop): HostResult => {
  if (outdated !== true || loop.once === true) return result
  return {
    ...result,
    diagnostics: result.diagnostics.map((d) => ({ ...d, severity: 'warning', hint: 'It is planned anew.' })),
  }
}

const failedStatuses: ReadonlySet<string> = new Set(['failed', 'unreachable', 'undone'])

const executeWaves = async (loop: Loop, ready: readonly Assessed[]): Promise<readonly Executed[]> => {
  const out: Executed[] = []
  const allowed = loop.options.maxFailures ?? 0
  for (const wave of waves(ready, loop.options.batch)) {
    const failures = out.filter((r) => failedStatuses.has(r.status)).length
    if (loop.options.batch !== undefined && failures > allowed) {
      const why: Diagnostic = {
        severity: 'error',
        code: 'stopped-after-failures',
        summary: `not started: ${failures} hosts of earlier waves had failed`,
        hint: 'Mend them, or allow more with --max-failures.',
      }
      out.push(
        ...wave.map(
          (a): Executed => ({
            host: a.view.host,
            status: 'refused',
            changes: 0,
            generation: a.view.generation,
            diagnostics: [{ ...why, host: a.view.host }],
          }),
        ),
      )
    } else out.push(...(await inParallel(wave, loop.options.parallel ?? defaultParallel, (a) => executeOne(loop, a))))
  }
  return out
}

const oscillating = (assessed: Assessed, cycles: number): Diagnostic => {
  const keys = (assessed.view.plan?.changes ?? []).filter((c) => c.steps.length > 0).map((c) => c.key)
  return {
    severity: 'error',
    code: 'does-not-settle',
    summary: `still ${keys.length} to change after ${cycles} cycles: ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ' …' : ''}`,
    detail: 'Something changes these back as soon as Hexis has set them, or two declarations fight over one thing.',
    hint: 'hexis plan shows what differs; find what else writes it.',
    host: assessed.view.host,
  }
}

/** A host that wants a reboot as soon as it comes up would never get out of it. */
const rebootedAlready = ({ view }: Assessed, keys: readonly Key[]): Diagnostic => {
  const notes = (view.plan?.changes ?? []).flatMap((c) => (keys.includes(c.key) ? (c.note ?? []) : []))
  return {
    severity: 'error',
    code: 'does-not-settle',
    summary: `the host was rebooted for ${keys.join(', ')} in this run already, and is to be once more: ${notes.join(', ')}`,
    hint: 'Find what asks for it at every boot.',
    host: view.host,
  }
}

/** analyse → confirm → execute → analyse again, until nothing is left, on all hosts at once. */
export const settle = async (input: LoopInput): Promise<RunSummary> => {
  const loop: Loop = { ...input, rebooted: new Set() }
  const { options } = loop
  const parallel = options.parallel ?? defaultParallel
  const results = new Map<string, HostResult>()
  const maxCycles = loop.once === true ? 1 : (options.maxCycles ?? defaultCycles)
  let open: readonly string[] = loop.hosts
  for (let cycle = 1; open.length > 0; cycle++) {
    const assessed = await inParallel(open, parallel, loop.assess)
    const ready: Assessed[] = []
    for (const one of assessed) {
      const end = ended(one)
      if (end === undefined) ready.push(one)
      else results.set(one.view.host, merged(results.get(one.view.host), end))
    }
    if (cycle > maxCycles) {
      for (const one of ready) {
        const result: HostResult = {
          host: one.view.host,
          status: 'failed',
          changes: 0,
          generation: one.view.generation,
          diagnostics: [oscillating(one, maxCycles)],
        }
        results.set(one.view.host, merged(results.get(one.view.host), result))
      }
      break
    }
    const analysis: Analysis = { hosts: assessed.map((a) => a.view) }
    const anyChange = ready.some((a) => shows(a.view))
    if (options.signal?.aborted === true || (anyChange && !(await options.confirm(analysis, cycle)))) {
      const status = options.signal?.aborted === true ? 'interrupted' : 'declined'
      for (const one of ready)
        results.set(
          one.view.host,
          merged(results.get(one.view.host), {
            host: one.view.host,
            status,
            changes: 0,
            generation: one.view.generation,
            diagnostics: one.view.diagnostics,
          }),
        )
      break
    }
    const executed = await executeWaves(loop, ready)
    for (const result of executed) results.set(result.host, merged(results.get(result.host), kept(result, loop)))
    const again = new Set(executed.filter((r) => r.status === 'changed' || r.outdated === true).map((r) => r.host))
    open = loop.once === true ? [] : open.filter((h) => again.has(h))
  }
  return { hosts: loop.hosts.flatMap((h) => results.get(h) ?? []) }
}
