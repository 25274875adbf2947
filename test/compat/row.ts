/** Shell text of a row, with its backslashes as they are written. */
export const sh = String.raw

/** Lines of a config's `configure`, with their backslashes as they are written. */
export const config = String.raw

/** Shell text, run in the row's own directory, and what it prints; one line end at the end is left out. */
export type Look = readonly [command: string, prints: string]

interface Given {
  /** The behaviour, as a sentence. */
  readonly name: string
  /** Shell text that makes what is there before, run in the row's own directory. */
  readonly given?: string
  /** What is declared. `/d` is a directory of the row's own. */
  readonly when: string
  /** What does not come back, and what a look shows then. */
  readonly stays?: readonly [what: string, ...look: Look]
}

/** What happens next: something is done by hand, or declared otherwise. */
interface Later {
  readonly byHand?: string
  /** What is declared then; left out: the same. */
  readonly when?: string
  readonly shows: Look
}

/**
 * A declaration that holds after one run. For all of them a second run changes nothing, a rollback to before Hexis
 * brings everything back, and so does no longer declaring it, but for what `stays` says.
 */
export interface HeldRow extends Given {
  /** What the plan has to say, `ACTION KEY` each; an empty list: there is nothing to do. Left out: not asked. */
  readonly plan?: readonly string[]
  /** Words in the plan, as JSON. */
  readonly says?: string
  readonly shows: Look
  readonly later?: Later
  /** True: a rollback to before Hexis does not bring back either what `stays` says. */
  readonly forGood?: true
  /** A defect of Hexis, in a sentence: this row does not hold yet. */
  readonly known?: string
}

/** A declaration that is refused, or fails, with nothing changed on the host. */
export interface RefusedRow extends Given {
  readonly refused: {
    /** Code of the diagnostic, which names the line of the config too. */
    readonly code: string
    /** Words of its text. */
    readonly says: string
  }
  readonly known?: string
}

export type Row = HeldRow | RefusedRow

/** The behaviours of one resource. */
export interface Table {
  /** As it is called in a config. */
  readonly resource: string
  /** What it is tried on, for readers. */
  readonly on: string
  /** Shell text that makes what all rows need, run once before them. */
  readonly setup?: string
  /** Shell text that prints all that must be as before once this row is no longer declared. */
  look(row: Row): string
  readonly rows: readonly Row[]
}

export const isRefused = (row: Row): row is RefusedRow => 'refused' in row
