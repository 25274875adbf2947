import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Args } from '../../steps/step.ts'

/**
 * An entry of a file of keys and values, on one line or several. Its lines are `head + key + separator + value + tail`:
 * the head is indentation or `export`, the tail a comment.
 */
export interface Entry {
  readonly key: string
  /** Indices of its first and last line. */
  readonly first: number
  readonly last: number
  readonly head: string
  /** What stands between key and value; undefined for a key that stands alone. */
  readonly separator: string | undefined
  readonly value: string
  readonly tail: string
  /** Index of a following line that may be more of the value, or something of its own. */
  readonly doubtful?: number
}

/** Key, separator and value as they are written. */
export const spelling = (entry: Pick<Entry, 'key' | 'separator' | 'value'>): string =>
  `${entry.key}${entry.separator ?? ''}${entry.value}`

/** The lines with another spelling in the place of an entry; head and tail stay. */
export const respelled = (lines: readonly string[], entry: Entry, text: string): readonly string[] =>
  lines.toSpliced(entry.first, entry.last - entry.first + 1, ...`${entry.head}${text}${entry.tail}`.split('\n'))

/** The lines without an entry. */
export const without = (lines: readonly string[], entry: Entry): readonly string[] =>
  lines.toSpliced(entry.first, entry.last - entry.first + 1)

/** @throws DiagnosticError where it is not certain which lines are the value. */
export const certain = (entry: Entry): Entry => {
  if (entry.doubtful === undefined) return entry
  throw new DiagnosticError({
    severity: 'error',
    code: 'cannot-edit',
    summary: `where the value of '${entry.key}' ends is not certain`,
    detail: `Line ${entry.doubtful + 1} may be more of it, or an entry of its own.`,
    hint: 'Indent that line as the entries are, or give the whole content by file().',
  })
}

export const isAbsent = (args: Args): boolean => args.absent === 'yes'
