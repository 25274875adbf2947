import type { Handle } from '../document/handle.ts'

/** What happens after a change: made by `reload`, `restart` and `run`. */
export interface ChangeAction {
  readonly action: 'reload' | 'restart' | 'run'
  readonly target: string
}

/** Properties that every resource takes. */
export interface ResourceProps {
  /** What must come first, beyond the edges that Hexis sees by itself. */
  after?: Handle | readonly Handle[]
  /** What to do after this changed, once, at the end. */
  onChange?: ChangeAction | readonly ChangeAction[]
  /** What happens when this is no longer declared: its effect is undone (default), or stays. */
  onRemoval?: 'undo' | 'keep'
}

/** `enforce` (default), or `audit`: shown in plans, never changed. */
export type RunMode = 'enforce' | 'audit'

/** A regular expression: `/^db$/i`, or its source as text. */
export type Pattern = RegExp | string
