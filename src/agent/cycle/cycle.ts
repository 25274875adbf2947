import type { Registry } from '../../engine/registry.ts'
import type { Checkout } from '../checkout/checkout.ts'
import { withoutExpired } from '../orders/orders.ts'
import type { AgentSettings } from '../settings.ts'
import type { AgentRecord } from '../state/state.ts'
import { type Ended, Enforcer } from './enforcer.ts'
import { Notes, type NotesOptions, now, said, short, Unrecorded, type Verdict, worst } from './notes.ts'
import { type Opened, openCommit, UnusableCommit } from './opened.ts'

export interface CycleOptions extends NotesOptions {
  readonly settings: AgentSettings
  readonly registry: Registry
  readonly checkout: Checkout
  readonly self: readonly [string, ...string[]]
  readonly signal: AbortSignal
}

/** What an engine may keep in memory, such as secrets that were read, grows old. */
const openedForMs = 15 * 60_000

/** What came out of looking at the branch. */
interface Wanted {
  /** The commit to be in force; none where there never was one to trust. */
  readonly target: string | undefined
  readonly branch: string
  readonly problem?: Verdict
}

/** The commit to hold on to: the last good one; in audit, where none ever is, the one that was compared last. */
const inForceOf = ({ good, commit, trying }: AgentRecord): string | undefined =>
  good ?? (trying === undefined ? commit : undefined)

/** The way from the repository to the host and back to the record, again and again. */
export class Cycle {
  readonly #options: CycleOptions
  readonly #notes: Notes
  readonly #enforcer: Enforcer
  #opened: Opened | undefined
  /** Why the repository was not reached in this cycle. */
  #unreachable: string | undefined

  constructor(options: CycleOptions) {
    const { settings, signal } = options
    this.#options = options
    this.#notes = new Notes(options)
    this.#enforcer = new Enforcer({ settings, signal, notes: this.#notes })
  }

  /** Fetch, verify, evaluate, plan, apply, health, record. Never rejects for what goes wrong in them. */
  async run(): Promise<void> {
    const notes = this.#notes
    const { record, over } = withoutExpired(notes.record, now())
    for (const line of over) notes.log(line)
    notes.save({ ...record, attemptAt: now() })
    let verdict: Verdict
    try {
      verdict = (await this.#resume()) ?? (await this.#bringTo(await this.#wanted()))
    } catch (error) {
      verdict = notes.failed(error instanceof Unrecorded ? 'record' : 'plan', said(error))
    }
    // What could not be done may be due to a connection that is dead.
    if (verdict.state === 'failing' || verdict.state === 'broken') await this.close()
    this.#conclude(verdict)
  }

  #conclude({ state, because: why }: Verdict): void {
    const { because: before, ...rest } = this.#notes.record
    const because = why ?? this.#unreachable
    if (state !== rest.state || because !== before)
      this.#notes.log(`state: ${state}${because === undefined ? '' : `: ${because}`}`)
    const isDone = state !== 'failing' && state !== 'broken' && this.#unreachable === undefined
    this.#notes.save({
      ...rest,
      state,
      ...(because === undefined ? {} : { because }),
      ...(isDone ? { successAt: now() } : {}),
    })
  }

  /** The time between two cycles, as the site wishes it. */
  get intervalMs(): number {
    return this.#opened?.evaluated().agent.intervalMs ?? this.#options.settings.intervalMs
  }

  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    await opened?.close()
  }

  /** A way back on which an earlier process ended is gone on with, before anything else. */
  async #resume(): Promise<Verdict | undefined> {
    const { trying, bad, state, good, branch } = this.#notes.record
    const failed = bad.find((one) => one.commit === trying?.commit)
    if (trying === undefined || failed === undefined || state === 'broken') return undefined
    const words = `${short(trying.commit)} failed at ${failed.stage}: ${failed.because}`
    // The list lies on the host; of the repository only the site is needed, and that is in any commit.
    await this.#fetch(branch)
    return this.#enforcer.backTo(await this.#open(good ?? trying.commit), trying.from, words)
  }

  /** The engine of a commit, kept as long as the commit stays. */
  async #open(commit: string): Promise<Opened> {
    const { settings, registry, checkout, self } = this.#options
    const { config, host, run } = settings
    const kept = this.#opened
    if (kept?.commit === commit && Date.now() - kept.openedAt < openedForMs) return kept
    const folder = await checkout.place(commit)
    const opened = await openCommit({ self, registry, commit, folder, config, host, run })
    await this.close()
    this.#opened = opened
    return opened
  }

  /** The branch by an order, by the config in force, or as the agent was installed. */
  async #branch(): Promise<string> {
    const { orders, good, commit = good, branch } = this.#notes.record
    const ordered = orders.track?.branch
    if (ordered !== undefined) return ordered
    if (commit === undefined) return this.#options.settings.branch
    try {
      return (await this.#open(good ?? commit)).evaluated().agent.branch ?? this.#options.settings.branch
    } catch {
      return branch
    }
  }

  async #wanted(): Promise<Wanted> {
    const notes = this.#notes
    const branch = await this.#branch()
    if (branch !== notes.record.branch) {
      notes.log(`follows the branch ${branch}`)
      const { upstream: _commit, upstreamTime: _time, ...rest } = notes.record
      notes.save({ ...rest, branch })
    }
    await this.#fetch(branch)
    return this.#chosen(branch)
  }

  /** Where the repository is not reached, what is in force stays in force, and that is counted. */
  async #fetch(branch: string): Promise<void> {
    const { checkout, signal } = this.#options
    const notes = this.#notes
    try {
      const { upstream, upstreamTime, renewed } = await checkout.fetch(branch, signal)
      if (renewed !== undefined) notes.log(renewed)
      if (upstream !== notes.record.upstream) notes.log(`${branch} is at ${short(upstream)}`)
      notes.update({ upstream, upstreamTime })
      this.#unreachable = undefined
    } catch (error) {
      this.#unreachable = notes.failed('fetch', said(error)).because
    }
  }

  async #chosen(branch: string): Promise<Wanted> {
    const { record } = this.#notes
    const { orders, upstream, good, commit = good, bad, state, because = '', trying } = record
    const inForce = inForceOf(record)
    if (state === 'broken') return { target: commit, branch, problem: { state, because } }
    if (orders.freeze !== undefined) {
      const { by, why } = orders.freeze
      return { target: commit, branch, problem: { state: 'frozen', because: `by ${by}: ${why}` } }
    }
    const candidate = orders.pin?.commit ?? upstream
    if (candidate === undefined) return { target: inForce, branch }
    const failed = bad.find((one) => one.commit === candidate)
    if (failed !== undefined) {
      const words = `${short(candidate)} failed at ${failed.stage}: ${failed.because}`
      return { target: inForce, branch, problem: { state: 'bad-commit', because: words } }
    }
    if (candidate === good && trying === undefined) return { target: candidate, branch }
    const refused = await this.#distrust(candidate, inForce, branch)
    return refused === undefined ? { target: candidate, branch } : { target: inForce, branch, problem: refused }
  }

  /** Nothing where a commit may be used, else why not. */
  async #distrust(commit: string, inForce: string | undefined, branch: string): Promise<Verdict | undefined> {
    const notes = this.#notes
    const { record } = notes
    const isSwitched = record.orders.pin !== undefined || record.commitBranch !== branch
    try {
      const trust = await this.#options.checkout.verify(commit, inForce, isSwitched)
      if (trust.is === 'untrusted') return notes.failed('verify', trust.because, 'untrusted')
      notes.log(`${short(commit)} is trusted: ${trust.by}`)
      return undefined
    } catch (error) {
      return notes.failed('verify', said(error))
    }
  }

  async #bringTo({ target, branch, problem }: Wanted): Promise<Verdict> {
    if (target === undefined)
      return worst([{ state: 'failing', because: problem?.because ?? this.#unreachable ?? 'no commit yet' }, problem])
    const rests = problem?.state === 'frozen' || problem?.state === 'broken'
    const ended = await this.#carryOut(target, branch, rests)
    if (ended.fellBack !== true) return worst([problem, ended])
    const inForce = inForceOf(this.#notes.record)
    const { fellBack: _back, ...verdict } = ended
    if (inForce === undefined || inForce === target) return { ...verdict, state: 'failing' }
    return worst([verdict, await this.#bringTo({ target: inForce, branch })])
  }

  async #carryOut(target: string, branch: string, rests: boolean): Promise<Ended> {
    const notes = this.#notes
    let opened: Opened
    try {
      opened = await this.#open(target)
    } catch (error) {
      // A commit whose config does not even say what the host shall be.
      const isItsFault = error instanceof UnusableCommit
      if (!isItsFault || rests || target === notes.record.good) return notes.failed('evaluate', said(error))
      return { ...notes.bad(target, 'evaluate', said(error)), fellBack: true }
    }
    const { agent, site, document } = opened.evaluated()
    notes.update({ mode: agent.mode, site, resources: document?.resources.length ?? 0 })
    const onlyLooks = agent.mode === 'audit' || rests
    let analysis = await this.#enforcer.look(opened, onlyLooks)
    if (analysis.status === 'unreachable') {
      // The shell that was kept since the last cycle is gone: somebody may have ended it.
      await this.close()
      opened = await this.#open(target)
      analysis = await this.#enforcer.look(opened, onlyLooks)
    }
    return onlyLooks
      ? this.#enforcer.report(opened, analysis, branch, rests)
      : this.#enforcer.enforce(opened, analysis, branch)
  }
}
