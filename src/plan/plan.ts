import type { Source } from '../diagnostics/diagnostic.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Aspects, Seen, Strength } from '../states/kind.ts'
import type { Action, Key, Step } from '../steps/step.ts'

export type Reason = 'new' | 'changed' | 'drift' | 'removed' | 'released'
export type ChangeAction = 'create' | 'update' | 'remove' | 'run'

/** One change of one key, as shown to people. `steps` are spelled from `before` to `after`. */
export interface Change {
  readonly key: Key
  readonly action: ChangeAction
  readonly reason: Reason
  readonly conflict: boolean
  readonly before: Seen
  readonly after: Aspects
  readonly steps: readonly Step[]
  readonly reversibility: Strength
  /** Why the way back is weaker than exact. */
  readonly stays: readonly string[]
  readonly source?: Source
  /** Actions that this change triggers, in words of the step language. */
  readonly actions: readonly Action[]
  /** Unified diff, secrets masked; filled by the engine where contents are at hand. */
  readonly diff?: string
  /** Audit-mode changes are shown and never executed. */
  readonly audit: boolean
  /** It is done in the next cycle of the run: what it needs may come with something of this one. */
  readonly later?: true
  /** Why nothing is done although it is listed (e.g. released, foreign entries stay). */
  readonly note?: string
}

/** Whether this plan carries it out: it is more than shown, and does not wait for the next cycle. */
export const isCarriedOut = (change: Change): boolean =>
  !change.audit && change.later !== true && change.steps.length > 0

/** One instruction of a transaction: a step with the state that must be found just before it. */
export interface Op {
  readonly number: number
  readonly step: Step
  /** Expected aspects; undefined where unknown: whatever is found is captured. */
  readonly before?: Aspects
  /** For actions: the numbers of the ops that triggered it. */
  readonly because?: readonly number[]
  readonly key: Key
}

export interface HostPlan {
  readonly site: string
  readonly baseGeneration: number
  readonly changes: readonly Change[]
  /** Actions in execution order, deduplicated, as shown to people. */
  readonly actions: readonly (Action & { readonly because: readonly Key[] })[]
  readonly ops: readonly Op[]
  /** The ledger as it will be once the ops are committed. An aspect of an origin that is not known yet is `$N`: what op N
   * captures of it just before. */
  readonly ledger: Ledger
  /** Adopted keys: nothing to do, newly recorded. */
  readonly adopted: readonly Key[]
  /** True when the ledger or the generation must be written although there may be no op. */
  readonly records: boolean
  readonly newGeneration: boolean
  readonly reversibility: Strength
  /** Blob names (SHA-256 or sealed) that the ops need. */
  readonly blobs: readonly string[]
}
