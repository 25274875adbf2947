import type { Args } from '../../steps/step.ts'

/**
 * The outcome of an edit. `had` is what stood there before: the replaced line, the old body of a block, the earlier
 * spelling of an entry; undefined where it was inserted. The ledger keeps the first one as origin.
 */
export interface Edited {
  readonly text: string
  readonly had: string | undefined
}

/** A change of a part of a text file: pure, idempotent, and undone without touching its neighbours. */
export interface Edit {
  readonly verb: 'LINE' | 'BLOCK' | 'INI' | 'ENV' | 'JSON' | 'TOML' | 'YAML'
  /** The name of the part within its file, as keys write it. */
  part(args: Args): string
  /** The wanted text of the part, `''` for an absence. */
  wanted(args: Args): string
  /**
   * @param last arguments of the same step as last applied: where its text has changed, the earlier line is updated.
   * @throws DiagnosticError for a text that must not be edited (NUL bytes, a block without its end, broken JSON).
   */
  apply(text: string, args: Args, last?: Args): Edited
  /** Puts `had` back in the place of the part, or takes the part out where it was inserted. Absences bring nothing back. */
  undo(text: string, args: Args, had: string | undefined): string
  /** Does this text say nothing, so that a file that was made for it can go? Default: the empty text. */
  isNothing?(text: string): boolean
}
