import type { Args, Aspects, Key, Step } from '../steps/step.ts'

export type { Aspects } from '../steps/step.ts'

/** What analysis knows of one key. 'unknown': cannot be told before an earlier step of this plan has run. */
export type Seen =
  | { readonly is: 'known'; readonly aspects: Aspects }
  | { readonly is: 'unknown'; readonly because: Key }

export type Strength = 'exact' | 'best-effort' | 'irreversible'

/** How well one change of one object can be taken back. */
export type Reverse =
  | { readonly strength: 'exact' }
  | { readonly strength: 'best-effort'; readonly stays: readonly [string, ...string[]] }
  | { readonly strength: 'irreversible'; readonly because: string }

export type ReverseAtMost<M extends Strength> = M extends 'exact'
  ? Reverse
  : M extends 'best-effort'
    ? Exclude<Reverse, { strength: 'exact' }>
    : Extract<Reverse, { strength: 'irreversible' }>

/** What a transport can do; lowering to something missing is a diagnostic. */
export type Capability = 'paths' | 'owners' | 'accounts' | 'packages' | 'units' | 'kernel' | 'exec'

/** One sort of state that hosts have. Its shell (observe and apply) stands beside it in `KIND.sh`. */
export interface StateKind<M extends Strength = Strength> {
  /** Also the prefix of its keys and of its shell functions: `hx_observe_NAME`, `hx_apply_NAME`. */
  readonly name: string
  readonly verbs: readonly string[]
  /** The best that any way back of this kind may promise. */
  readonly atMost: M
  readonly requires: Capability
  /** The key that a step of one of `verbs` owns. */
  keyOf(step: Step): Key
  /** The aspects that the step wants; aspects not named are not managed. Never holds `inode`, `validate` and the like. */
  claims(step: Step): Aspects
  /** An absence or a "not" (`absent`, `active=no`, `locked`): undeclaring it recreates nothing. */
  negative(wanted: Aspects): boolean
  /** Keys that must exist on the host or be made earlier in the list (parent directory, owner, group). */
  needs(step: Step): readonly Key[]
  /** Keys of what the object lies in, outermost first: none may be anything that holds nothing. */
  within?(step: Step): readonly Key[]
  /** Inverse of `claims`: the steps that bring `key` from `from` to (at least) `to`. `[]` when nothing differs. */
  spell(key: Key, from: Aspects, to: Aspects): readonly Step[]
  /** What the aspects of an object that is not there come to: a unit that is missing does not run. */
  readonly absentIs?: Aspects
  /** True when both values of an aspect mean the same state. Default: text equality. */
  same?(aspect: string, a: string, b: string): boolean
  /** How well this change can be taken back; `step` is the declaring one, where there is one. */
  reverse(key: Key, from: Aspects, to: Aspects, step?: Step): ReverseAtMost<M>
  /** What making an object gives it where nothing is said: where that was said once, it comes back. */
  made?(wanted: Aspects): Aspects
  /** Arguments that a step needs in addition when it takes an object back to its origin. */
  takenBack?(to: Aspects): Args
  /** An aspect that is a set; a step whose argument `when` is `yes` only adds to it, and owns no other member. */
  readonly addsTo?: { readonly aspect: string; readonly when: string }
  /** Why the host would refuse this step on what it has now, so that the plan says it first. */
  objection?(step: Step, now: Aspects): { readonly summary: string; readonly hint: string } | undefined
  /** Why what Hexis made stays where it is, and is let go, once it is no longer declared: it holds what others made. */
  keeps?(key: Key, now: Aspects): string | undefined
  /** Keys of which nothing is left where they were, once the object is as wanted. */
  frees?(key: Key, to: Aspects): readonly Key[]
  /** True when a change of this kind may change keys that the plan did not name (PACKAGE, EXEC). */
  readonly disturbs: boolean
}

export const defineKind = <const M extends Strength>(kind: StateKind<M>): StateKind<M> => kind
