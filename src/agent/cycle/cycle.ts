import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Registry } from '../../engine/registry.ts'
import type { HostAnalysis } from '../../engine/types.ts'
import type { Change } from '../../plan/plan.ts'
import type { Checkout } from '../checkout/checkout.ts'
import { checkHealth, checksOf } from '../health/health.ts'
import { withoutExpired } from '../orders/orders.ts'
import type { AgentSettings } from '../settings.ts'
import type { AgentRecord, AgentState, Stage } from '../state/state.ts'
import {
  type ApplyOptions,
  blame,
  enforce,
  goBack,
  inOneLine,
  isIrreversible,
  isPending,
  look,
  type Outcome,
} from './apply.ts'
import { driftByType, LocalChanges } from './drift.ts'
import { type Opened, openCommit } from './opened.ts'

export interface CycleOptions {
  readonly settings: AgentSettings
  readonly registry: Registry
  readonly checkout: Checkout
  readonly self: readonly [string, ...string[]]
  readonly record: () => AgentRecord
  /** On the disk when it returns. */
  readonly save: (record: AgentRecord) => void
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** What an engine may keep in memory, such as secrets that were read, grows old. */
const openedForMs = 15 * 60_000
const keptBad = 50

const now = (): number => Math.floor(Date.now() / 1000)
const short = (commit: string): string => commit.slice(0, 12)

const said = (error: unknown): string =>
  error instanceof DiagnosticError
    ? inOneLine(error.diagnostics)
    : error instanceof Error
      ? error.message
      : String(error)

/** What came out of looking at the branch. */
interface Wanted {
  /** The commit to be in force. */
  readonly target: string | undefined
  readonly branch: string
  readonly problem?: { readonly state: AgentState; readonly stage?: Stage; readonly because: string }
}

const worse: readonly AgentState[] = ['ok', 'drift', 'frozen', 'bad-commit', 'untrusted', 'failing', 'broken']

interface Verdict {
  readonly state: AgentState
  readonly because?: string
}

const worst = (verdicts: readonly (Verdict | undefined)[]): Verdict =>
  verdicts
    .flatMap((one) => one ?? [])
    .reduce<Verdict>((a, b) => (worse.indexOf(b.state) > worse.indexOf(a.state) ? b : a), { state: 'ok' })

/** The one that goes from the repository to the host and back to the record, again and again. */
export class Cycle {
  readonly #options: CycleOptions
  readonly #local = new LocalChanges()
  #opened: Opened | undefined

  constructor(options: CycleOptions) {
    this.#options = options
  }

  get #record(): AgentRecord {
    return this.#options.record()
  }

  #update(part: Partial<AgentRecord>): void {
    this.#options.save({ ...this.#record, ...part })
  }

  /** Fetch, verify, evaluate, plan, apply, health, record. Never rejects. */
  async run(): Promise<void> {
    const { log } = this.#options
    const { record, over } = withoutExpired(this.#record, now())
    for (const line of over) log(line)
    this.#update({ ...record, orders: record.orders, attemptAt: now() })
    let verdict: Verdict
    try {
      verdict = (await this.#resume()) ?? (await this.#bringTo(await this.#wanted()))
    } catch (error) {
      verdict = this.#failed('plan', said(error))
    }
    if (verdict.state !== this.#record.state || verdict.because !== this.#record.because)
      log(`state: ${verdict.state}${verdict.because === undefined ? '' : `: ${verdict.because}`}`)
    const { because: _before, ...rest } = this.#record
    const isFine = verdict.state !== 'failing' && verdict.state !== 'broken'
    this.#options.save({ ...rest, ...verdict, ...(isFine ? { successAt: now() } : {}) })
  }

  /** The interval that the site wishes. */
  get intervalMs(): number {
    return this.#opened?.evaluated().agent.intervalMs ?? this.#options.settings.intervalMs
  }

  async close(): Promise<void> {
    await this.#opened?.close()
    this.#opened = undefined
  }

  #failed(stage: Stage, because: string, state: AgentState = 'failing'): Verdict {
    const { failures } = this.#record
    this.#options.log(`${stage} failed: ${because}`)
    this.#update({ failures: { ...failures, [stage]: (failures[stage] ?? 0) + 1 } })
    return { state, because }
  }

  /** A way back on which this process ended is gone on with, before anything else. */
  async #resume(): Promise<Verdict | undefined> {
    const { trying, bad, state, good } = this.#record
    const failed = bad.find((one) => one.commit === trying?.commit)
    if (trying === undefined || failed === undefined || state === 'broken') return undefined
    const verdict = await this.#backTo(trying.from, trying.commit, `${short(trying.commit)} failed at ${failed.stage}`)
    if (verdict === undefined) this.#leave(good)
    return verdict
  }

  /** The engine of a commit, kept while the commit stays. */
  async #open(commit: string): Promise<Opened> {
    const { settings, registry, checkout, self } = this.#options
    const kept = this.#opened
    if (kept?.commit === commit && Date.now() - kept.openedAt < openedForMs) return kept
    const folder = await checkout.place(commit)
    const opened = await openCommit({
      self,
      registry,
      commit,
      folder,
      config: settings.config,
      host: settings.host,
      run: settings.run,
    })
    await this.close()
    this.#opened = opened
    return opened
  }

  /** The branch by an order, by the config in force, or as the agent was installed. */
  async #branch(): Promise<string> {
    const { orders, good, commit = good } = this.#record
    const byOrder = orders.track?.branch
    if (byOrder !== undefined) return byOrder
    if (commit === undefined) return this.#options.settings.branch
    try {
      return (await this.#open(commit)).evaluated().agent.branch ?? this.#options.settings.branch
    } catch {
      return this.#record.branch
    }
  }

  async #wanted(): Promise<Wanted> {
    const { checkout, signal, log } = this.#options
    const branch = await this.#branch()
    if (branch !== this.#record.branch) {
      log(`follows the branch ${branch}`)
      const { upstream: _commit, upstreamTime: _time, ...rest } = this.#record
      this.#options.save({ ...rest, branch })
    }
    let unreachable: string | undefined
    try {
      const fetched = await checkout.fetch(branch, signal)
      if (fetched.renewed !== undefined) log(fetched.renewed)
      if (fetched.upstream !== this.#record.upstream) log(`${branch} is at ${short(fetched.upstream)}`)
      const { upstream, upstreamTime } = fetched
      this.#update({ upstream, upstreamTime })
    } catch (error) {
      unreachable = said(error)
    }
    const chosen = await this.#chosen(branch)
    if (unreachable === undefined) return chosen
    // The last good commit stays in force without the repository, and that it cannot be reached is counted.
    this.#failed('fetch', unreachable)
    return chosen.problem === undefined && chosen.target === undefined
      ? { ...chosen, problem: { state: 'failing', because: unreachable } }
      : chosen
  }

  async #chosen(branch: string): Promise<Wanted> {
    const { checkout } = this.#options
    const { orders, upstream, commit, good, commitBranch, bad, state, because, trying } = this.#record
    const inForce = good ?? commit
    const candidate = orders.pin?.commit ?? upstream
    if (state === 'broken')
      return { target: commit, branch, problem: { state, because: because ?? 'a person is needed' } }
    if (orders.freeze !== undefined) {
      const { by, why } = orders.freeze
      return { target: commit, branch, problem: { state: 'frozen', because: `by ${by}: ${why}` } }
    }
    if (candidate === undefined) return { target: inForce, branch }
    const failed = bad.find((one) => one.commit === candidate)
    if (failed !== undefined) {
      const words = `${short(candidate)} failed at ${failed.stage}: ${failed.because}`
      return { target: inForce, branch, problem: { state: 'bad-commit', because: words } }
    }
    if (candidate === good && trying === undefined) return { target: candidate, branch }
    try {
      const switched = orders.pin !== undefined || commitBranch !== branch
      const trust = await checkout.verify(candidate, inForce, switched)
      if (trust.is === 'trusted') {
        this.#options.log(`${short(candidate)} is trusted: ${trust.by}`)
        return { target: candidate, branch }
      }
      this.#failed('verify', trust.because)
      return { target: inForce, branch, problem: { state: 'untrusted', because: trust.because } }
    } catch (error) {
      this.#failed('verify', said(error))
      return { target: inForce, branch, problem: { state: 'failing', stage: 'verify', because: said(error) } }
    }
  }

  async #bringTo({ target, branch, problem }: Wanted): Promise<Verdict> {
    const verdicts: (Verdict | undefined)[] = [problem]
    if (target === undefined)
      return worst([problem, { state: 'failing', because: problem?.because ?? 'no commit yet' }])
    let opened: Opened
    try {
      opened = await this.#open(target)
    } catch (error) {
      return this.#unusable(target, branch, error, problem)
    }
    const { agent, site, document } = opened.evaluated()
    this.#update({ mode: agent.mode, site, resources: document?.resources.length ?? 0 })
    const rest = problem?.state === 'frozen' || problem?.state === 'broken'
    verdicts.push(
      agent.mode === 'audit' || rest ? await this.#report(opened, branch, rest) : await this.#enforce(opened, branch),
    )
    return worst(verdicts)
  }

  /** A commit whose config does not even say what the host shall be. */
  async #unusable(target: string, branch: string, error: unknown, problem: Wanted['problem']): Promise<Verdict> {
    const { good } = this.#record
    const because = said(error)
    if (target === good) return worst([problem, this.#failed('evaluate', because)])
    this.#markBad(target, 'evaluate', because)
    const verdict: Verdict = { state: 'bad-commit', because: `${short(target)} failed at evaluate: ${because}` }
    return good === undefined
      ? worst([verdict, { state: 'failing', because }])
      : worst([verdict, await this.#bringTo({ target: good, branch })])
  }

  #markBad(commit: string, stage: Stage, because: string): void {
    this.#failed(stage, `${short(commit)}: ${because}`)
    const others = this.#record.bad.filter((one) => one.commit !== commit)
    this.#update({ bad: [...others, { commit, stage, because, at: now() }].slice(-keptBad) })
  }

  /** Says what differs, and changes nothing. */
  async #report(opened: Opened, branch: string, rest: boolean): Promise<Verdict> {
    const { settings, signal, log } = this.#options
    const analysis = await look(opened, { host: settings.host, signal }, true)
    if (analysis.status !== 'ready') {
      await this.close()
      return this.#failed('plan', inOneLine(analysis.diagnostics))
    }
    const changes = analysis.plan?.changes ?? []
    for (const line of this.#local.lines(changes, false)) log(line)
    const drift = driftByType(changes, opened.evaluated().document)
    this.#update({ drift, ...(rest ? {} : { commit: opened.commit, commitBranch: branch }) })
    return changes.length === 0 ? { state: 'ok' } : { state: 'drift', because: inWords(drift) }
  }

  #applyOptions(irreversible: readonly string[]): ApplyOptions {
    const { settings, signal, log } = this.#options
    return {
      host: settings.host,
      irreversible,
      allowRemovals: settings.allowRemovals,
      signal,
      on: (event) => {
        if (event.event === 'note') log(event.message)
        if (event.event === 'op' && event.status === 'failed') log(`${event.step}: ${event.message ?? 'failed'}`)
      },
    }
  }

  async #enforce(opened: Opened, branch: string): Promise<Verdict> {
    const { settings, signal, log } = this.#options
    const isNew = opened.commit !== this.#record.good || this.#record.trying !== undefined
    const analysis = await look(opened, { host: settings.host, signal }, false)
    const audited = (analysis.plan?.changes ?? []).filter((c) => c.audit)
    for (const line of this.#local.lines(analysis.plan?.changes ?? [], true)) log(line)
    if (isNew) this.#begin(opened.commit, analysis.generation)
    const outcome = await this.#outcome(opened, analysis, isNew)
    if (outcome.is !== 'done') {
      await this.close()
      if (outcome.is === 'later' || !isNew) return this.#failed(outcome.stage, outcome.because)
      return this.#takeBack(opened.commit, branch, outcome)
    }
    const drift = driftByType(audited, opened.evaluated().document)
    this.#update({ drift, commit: opened.commit, commitBranch: branch })
    return this.#judge(opened, branch, isNew, outcome)
  }

  async #outcome(opened: Opened, analysis: HostAnalysis, isNew: boolean): Promise<Outcome> {
    const { generation } = analysis
    if (analysis.status !== 'ready') return blame(analysis, generation)
    return isNew || isPending(analysis) ? this.#apply(opened) : { is: 'done', changes: [], generation }
  }

  /** From now on it is known what to go back to, whatever ends this process. */
  #begin(commit: string, generation: number): void {
    const { trying } = this.#record
    this.#update({ trying: { commit, from: trying?.from ?? generation, at: now() } })
  }

  async #apply(opened: Opened): Promise<Outcome> {
    const { settings, log } = this.#options
    const began = performance.now()
    const outcome = await enforce(opened, this.#applyOptions(settings.irreversible))
    if (outcome.is === 'done' && outcome.changes.length > 0) {
      log(`${short(opened.commit)}: ${outcome.changes.length} changes, generation ${outcome.generation}`)
      const applySeconds = Math.round(performance.now() - began) / 1000
      this.#update({ applySeconds, changes: counted(this.#record.changes, outcome.changes) })
    }
    return outcome
  }

  /** Looks whether what was applied is well, and decides what becomes of a new commit. */
  async #judge(opened: Opened, branch: string, isNew: boolean, outcome: Outcome): Promise<Verdict> {
    const { signal, log } = this.#options
    const { commit } = opened
    const checks = checksOf(opened.evaluated().document)
    const changed = isNew || (outcome.is === 'done' && outcome.changes.length > 0)
    const health = await checkHealth(checks, changed, signal)
    this.#update({ health: [...health] })
    const [ill] = health.filter((one) => !one.ok)
    if (ill !== undefined) {
      const because = `${ill.name}: ${ill.because ?? 'not well'}`
      if (signal.aborted) return { state: 'failing', because: 'stopped before the health checks had ended' }
      if (!isNew) return this.#failed('health', because)
      return this.#takeBack(commit, branch, { is: 'bad', stage: 'health', because, generation: outcome.generation })
    }
    if (isNew) {
      const { trying: _done, ...rest } = this.#record
      this.#options.save({ ...rest, good: commit, commit, commitBranch: branch })
      log(`${short(commit)} is in force and healthy`)
    }
    return Object.keys(this.#record.drift).length === 0
      ? { state: 'ok' }
      : { state: 'drift', because: inWords(this.#record.drift) }
  }

  /** A new commit that failed: the host goes back to what it was before, and the commit is not tried again. */
  async #takeBack(commit: string, branch: string, failed: Extract<Outcome, { is: 'bad' }>): Promise<Verdict> {
    this.#markBad(commit, failed.stage, failed.because)
    const words = `${short(commit)} failed at ${failed.stage}: ${failed.because}`
    const { trying, good } = this.#record
    const from = trying?.from ?? failed.generation
    if (failed.generation !== from) {
      const stopped = await this.#backTo(from, commit, words)
      if (stopped !== undefined) return stopped
    }
    this.#leave(good)
    const verdict: Verdict = { state: 'bad-commit', because: words }
    if (good === undefined) return worst([verdict, { state: 'failing', because: words }])
    return worst([verdict, await this.#bringTo({ target: good, branch })])
  }

  /** Back to the list of an earlier generation. Nothing when that is done, else why it is not. */
  async #backTo(generation: number, commit: string, words: string): Promise<Verdict | undefined> {
    const { settings, log } = this.#options
    log(`goes back to generation ${generation}`)
    const back = await goBack(await this.#open(commit), generation, this.#applyOptions(settings.crossable))
    await this.close()
    if (back.is === 'done') return undefined
    if (isIrreversible(back)) return this.#failed('apply', `${words}; the way back stops: ${back.because}`, 'broken')
    return this.#failed('apply', `${words}; the way back failed: ${back.because}`)
  }

  /** The commit that was tried is in force no more. */
  #leave(good: string | undefined): void {
    const { trying: _over, commit: _bad, ...rest } = this.#record
    this.#options.save({ ...rest, ...(good === undefined ? {} : { commit: good }) })
  }
}

const counted = (before: AgentRecord['changes'], changes: readonly Change[]): AgentRecord['changes'] => {
  const sums = { ...before }
  for (const { reason } of changes) sums[reason] = (sums[reason] ?? 0) + 1
  return sums
}

const inWords = (drift: Readonly<Record<string, number>>): string =>
  `differs: ${Object.entries(drift)
    .map(([type, count]) => `${count} ${type}`)
    .join(', ')}`
