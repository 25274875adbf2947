import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Change } from '../../plan/plan.ts'
import { type AgentRecord, type AgentState, agentStates, type Stage } from '../state/state.ts'
import { inOneLine } from './apply.ts'

/** Nothing is applied of which nobody would know afterwards what to go back to. */
export class Unrecorded extends Error {
  constructor() {
    super('the record of the agent cannot be written, so nothing is applied')
  }
}

/** What a part of a cycle came to: a state, and why. */
export interface Verdict {
  readonly state: AgentState
  readonly because?: string
}

const keptBad = 50

export const now = (): number => Math.floor(Date.now() / 1000)
export const short = (commit: string): string => commit.slice(0, 12)

export const said = (error: unknown): string => {
  if (error instanceof DiagnosticError) return inOneLine(error.diagnostics)
  return error instanceof Error ? error.message : String(error)
}

/** The worst of several; `ok` of none. */
export const worst = (verdicts: readonly (Verdict | undefined)[]): Verdict =>
  verdicts
    .flatMap((one) => one ?? [])
    .reduce<Verdict>((a, b) => (agentStates.indexOf(b.state) > agentStates.indexOf(a.state) ? b : a), { state: 'ok' })

export interface NotesOptions {
  readonly record: () => AgentRecord
  /** On the disk when it returns true; else only in memory. */
  readonly save: (record: AgentRecord) => boolean
  readonly log: (line: string) => void
}

const counted = (before: AgentRecord['changes'], changes: readonly Change[]): AgentRecord['changes'] => {
  const sums = { ...before }
  for (const { reason } of changes) sums[reason] = (sums[reason] ?? 0) + 1
  return sums
}

/** The record as a cycle writes it. Each note is on the disk when it returns; orders that come meanwhile stay. */
export class Notes {
  readonly #options: NotesOptions
  readonly log: (line: string) => void

  constructor(options: NotesOptions) {
    this.#options = options
    this.log = options.log
  }

  get record(): AgentRecord {
    return this.#options.record()
  }

  save(record: AgentRecord): boolean {
    return this.#options.save(record)
  }

  update(part: Partial<AgentRecord>): boolean {
    return this.save({ ...this.record, ...part })
  }

  failed(stage: Stage, because: string, state: AgentState = 'failing'): Verdict {
    const { failures } = this.record
    this.log(`${stage} failed: ${because}`)
    this.update({ failures: { ...failures, [stage]: (failures[stage] ?? 0) + 1 } })
    return { state, because }
  }

  /** A commit that is not tried again. */
  bad(commit: string, stage: Stage, because: string): Verdict {
    this.failed(stage, `${short(commit)}: ${because}`)
    const others = this.record.bad.filter((one) => one.commit !== commit)
    this.update({ bad: [...others, { commit, stage, because, at: now() }].slice(-keptBad) })
    return { state: 'bad-commit', because: `${short(commit)} failed at ${stage}: ${because}` }
  }

  /** From now on it is known what to go back to, whatever ends this process. */
  begin(commit: string, generation: number, irreversible: readonly string[]): void {
    const { trying } = this.record
    const crossed = [...new Set([...(trying?.crossed ?? []), ...irreversible])]
    const from = trying?.from ?? generation
    const times = this.begun(commit) + 1
    const next = { commit, from, at: now(), times, ...(crossed.length === 0 ? {} : { crossed }) }
    if (!this.update({ trying: next })) throw new Unrecorded()
  }

  /** How often this commit was begun without that its end was seen: each time the agent itself ended before. */
  begun(commit: string): number {
    const { trying } = this.record
    return trying?.commit === commit ? (trying.times ?? 0) : 0
  }

  /** Its end was seen, whatever it was. */
  ended(): void {
    const { trying } = this.record
    if (trying !== undefined) this.update({ trying: { ...trying, times: 0 } })
  }

  applied(changes: readonly Change[], seconds: number): void {
    this.update({ applySeconds: Math.round(seconds * 1000) / 1000, changes: counted(this.record.changes, changes) })
  }

  /** A commit is in force, well or not yet known to be. */
  inForce(commit: string, commitBranch: string): void {
    const { commit: before, commitTime, ...rest } = this.record
    const known = commit === before ? commitTime : undefined
    const time = commit === rest.upstream ? rest.upstreamTime : known
    this.save({ ...rest, commit, commitBranch, ...(time === undefined ? {} : { commitTime: time }) })
  }

  /** A new commit is in force and well. */
  good(commit: string, branch: string): void {
    this.inForce(commit, branch)
    const { trying: _done, ...rest } = this.record
    this.save({ ...rest, good: commit })
    this.log(`${short(commit)} is in force and healthy`)
  }

  /** The commit that was tried is in force no more. */
  left(): void {
    const { trying: _over, commit: _bad, commitTime: _time, ...rest } = this.record
    this.save({ ...rest, ...(rest.good === undefined ? {} : { commit: rest.good }) })
  }
}
