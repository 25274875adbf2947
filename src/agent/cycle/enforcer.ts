import type { HostAnalysis } from '../../engine/types.ts'
import type { Change } from '../../plan/plan.ts'
import { checkHealth, checksOf } from '../health/health.ts'
import type { AgentSettings } from '../settings.ts'
import {
  type ApplyOptions,
  blame,
  enforce,
  goBack,
  inOneLine,
  isIrreversible,
  isPending,
  look,
  matchesAny,
  type Outcome,
} from './apply.ts'
import { driftByType, LocalChanges } from './drift.ts'
import { type Notes, short, type Verdict } from './notes.ts'
import type { Opened } from './opened.ts'

export interface EnforcerOptions {
  readonly settings: AgentSettings
  readonly notes: Notes
  readonly signal: AbortSignal
}

/** What became of a commit; `fellBack`: it is bad, and the host is as it was before. */
export type Ended = Verdict & { readonly fellBack?: true }

type Bad = Extract<Outcome, { readonly is: 'bad' }>

const inWords = (drift: Readonly<Record<string, number>>): string => {
  const counts = Object.entries(drift).map(([type, count]) => `${count} ${type}`)
  return `differs: ${counts.join(', ')}`
}

const driftVerdict = (drift: Readonly<Record<string, number>>): Verdict =>
  Object.keys(drift).length === 0 ? { state: 'ok' } : { state: 'drift', because: inWords(drift) }

const irreversibleKeys = (changes: readonly Change[]): readonly string[] =>
  changes.filter((c) => c.reversibility === 'irreversible' && !c.audit && c.steps.length > 0).map(({ key }) => key)

/**
 * How often a commit may be begun that the agent does not live to see the end of: it may be the commit that ends it, as
 * an upgrade of the agent does that cannot run.
 */
const beginnings = 3
const neverEnds = `it was begun ${beginnings} times, and each time the agent ended before it was done; hexis-agent.service has the reason in its journal`

/** Brings the host to a commit, or only looks. What goes wrong becomes a verdict. */
export class Enforcer {
  readonly #settings: AgentSettings
  readonly #notes: Notes
  readonly #signal: AbortSignal
  readonly #local = new LocalChanges()

  constructor({ settings, notes, signal }: EnforcerOptions) {
    this.#settings = settings
    this.#notes = notes
    this.#signal = signal
  }

  #options(irreversible: readonly string[]): ApplyOptions {
    const { log } = this.#notes
    return {
      host: this.#settings.host,
      irreversible,
      allowRemovals: this.#settings.allowRemovals,
      signal: this.#signal,
      on: (event) => {
        if (event.event === 'note') log(event.message)
        if (event.event === 'op' && event.status === 'failed') log(`${event.step}: ${event.message ?? 'failed'}`)
      },
    }
  }

  /** What differs now. Writes nothing. */
  look(opened: Opened, audit: boolean): Promise<HostAnalysis> {
    return look(opened, { host: this.#settings.host, signal: this.#signal }, audit)
  }

  /** Says what differs, and changes nothing. A host that rests keeps the commit that it is said to have. */
  async report(opened: Opened, analysis: HostAnalysis, branch: string, rests: boolean): Promise<Ended> {
    if (analysis.status !== 'ready') return this.#notes.failed('plan', inOneLine(analysis.diagnostics))
    const changes = analysis.plan?.changes ?? []
    for (const line of this.#local.lines(changes, false)) this.#notes.log(line)
    const drift = driftByType(changes, opened.evaluated().document)
    this.#notes.update({ drift })
    if (!rests) this.#notes.inForce(opened.commit, branch)
    return driftVerdict(drift)
  }

  /** Brings the host to a commit, and back again where that fails or leaves it ill. */
  async enforce(opened: Opened, analysis: HostAnalysis, branch: string): Promise<Ended> {
    const notes = this.#notes
    const { commit } = opened
    const isNew = commit !== notes.record.good || notes.record.trying !== undefined
    const changes = analysis.plan?.changes ?? []
    for (const line of this.#local.lines(changes, true)) notes.log(line)
    if (isNew && notes.begun(commit) >= beginnings && isPending(analysis))
      return this.#takeBack(opened, { is: 'bad', stage: 'apply', because: neverEnds, generation: analysis.generation })
    if (isNew) notes.begin(commit, analysis.generation, irreversibleKeys(changes))
    const outcome = await this.#outcome(opened, analysis, isNew)
    notes.ended()
    if (outcome.is !== 'done') {
      if (outcome.is === 'later' || !isNew) return notes.failed(outcome.stage, outcome.because)
      return this.#takeBack(opened, outcome)
    }
    const audited = changes.filter((change) => change.audit)
    notes.update({ drift: driftByType(audited, opened.evaluated().document) })
    notes.inForce(commit, branch)
    return this.#judge(opened, branch, isNew, outcome)
  }

  async #outcome(opened: Opened, analysis: HostAnalysis, isNew: boolean): Promise<Outcome> {
    const { generation } = analysis
    if (analysis.status !== 'ready') return blame(analysis, generation)
    if (!isNew && !isPending(analysis)) return { is: 'done', changes: [], generation }
    const began = performance.now()
    const outcome = await enforce(opened, this.#options(this.#settings.irreversible))
    if (outcome.is === 'done' && outcome.changes.length > 0) {
      const { length } = outcome.changes
      const words = `${length} change${length === 1 ? '' : 's'}, generation ${outcome.generation}`
      this.#notes.log(`${short(opened.commit)}: ${words}`)
      this.#notes.applied(outcome.changes, (performance.now() - began) / 1000)
    }
    return outcome
  }

  /** Looks whether what was applied is well, and decides what becomes of a new commit. */
  async #judge(opened: Opened, branch: string, isNew: boolean, outcome: Extract<Outcome, { is: 'done' }>) {
    const notes = this.#notes
    const mayTake = isNew || outcome.changes.length > 0
    const health = await checkHealth(checksOf(opened.evaluated().document, opened.unit), mayTake, this.#signal)
    notes.update({ health: [...health] })
    const ill = health.find((one) => !one.ok)
    if (ill !== undefined) {
      const because = `${ill.name}: ${ill.because ?? 'not well'}`
      if (this.#signal.aborted)
        return { state: 'failing', because: 'stopped before the health checks had ended' } as const
      if (!isNew) return notes.failed('health', because)
      return this.#takeBack(opened, { is: 'bad', stage: 'health', because, generation: outcome.generation })
    }
    if (isNew) notes.good(opened.commit, branch)
    return driftVerdict(notes.record.drift)
  }

  /** A new commit that failed: the host goes back to what it was before, and the commit is not tried again. */
  async #takeBack(opened: Opened, failed: Bad): Promise<Ended> {
    const notes = this.#notes
    const verdict = notes.bad(opened.commit, failed.stage, failed.because)
    const from = notes.record.trying?.from ?? failed.generation
    if (failed.generation === from) {
      notes.left()
      return { ...verdict, fellBack: true }
    }
    return (await this.backTo(opened, from, verdict.because ?? '')) ?? { ...verdict, fellBack: true }
  }

  /** Back to the list of an earlier generation. Nothing when that is done, else why it is not. */
  async backTo(opened: Opened, generation: number, words: string): Promise<Verdict | undefined> {
    const notes = this.#notes
    const { crossable } = this.#settings
    const crossed = (notes.record.trying?.crossed ?? []).filter((key) => !matchesAny(crossable, key))
    if (crossed.length > 0)
      return notes.failed('apply', `${words}; the way back would cross ${crossed.join(', ')}`, 'broken')
    notes.log(`goes back to generation ${generation}`)
    const back = await goBack(opened, generation, this.#options(crossable))
    if (back.is === 'done') {
      notes.left()
      return undefined
    }
    if (isIrreversible(back)) return notes.failed('apply', `${words}; the way back stops: ${back.because}`, 'broken')
    return notes.failed('apply', `${words}; the way back failed: ${back.because}`)
  }
}
