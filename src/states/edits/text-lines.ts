import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Args } from '../../steps/step.ts'

/** A text as lines, such that `joinLines(splitLines(text)) === text` for every text. */
export interface TextLines {
  /** Without their ends, but with a carriage return where there is one. */
  readonly lines: readonly string[]
  /** False where the last line has no newline at its end; edits leave that so. */
  readonly ends: boolean
}

/** @throws DiagnosticError where the text holds a NUL: it is no text then, and an edit could damage it. */
export const splitLines = (text: string): TextLines => {
  if (text.includes('\0'))
    throw new DiagnosticError({
      severity: 'error',
      code: 'nul-in-text',
      summary: 'the file holds NUL bytes and is not edited in part',
      hint: 'Give its whole content by file() instead.',
    })
  if (text === '') return { lines: [], ends: true }
  const ends = text.endsWith('\n')
  return { lines: (ends ? text.slice(0, -1) : text).split('\n'), ends }
}

export const joinLines = ({ lines, ends }: TextLines): string =>
  lines.length === 0 ? '' : `${lines.join('\n')}${ends ? '\n' : ''}`

/** A line without the carriage return of a DOS file. */
export const bare = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

/** `line` with the end that its neighbours have. */
export const endedLike = (line: string, neighbour: string | undefined): string =>
  neighbour?.endsWith('\r') === true ? `${line}\r` : line

/** The regular expression of an argument; sticky and global flags would make it remember and are dropped. */
export const patternOf = (args: Args, name: string, flagsName: string): RegExp | undefined => {
  const source = args[name]
  return source === undefined ? undefined : new RegExp(source, (args[flagsName] ?? '').replace(/[gy]/g, ''))
}

/**
 * Where to insert: `place` is `end` (default), `top`, or `before`/`after` the first line that matches `anchor`; where no
 * line does, at the end.
 */
export const placeOf = (lines: readonly string[], args: Args): number => {
  const place = args.place ?? 'end'
  if (place === 'top') return 0
  const anchor = patternOf(args, 'anchor', 'anchorflags')
  if (anchor === undefined || (place !== 'before' && place !== 'after')) return lines.length
  const at = lines.findIndex((line) => anchor.test(bare(line)))
  if (at === -1) return lines.length
  return place === 'before' ? at : at + 1
}

/** The line end that a text uses. */
export const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

/** Index of the first character of the line of a position. */
export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

/** Lines behind the line of a position; a missing newline at the end stays missing. */
export const withLines = (text: string, at: number, lines: string): string => {
  const newline = newlineOf(text)
  const end = text.indexOf('\n', at)
  if (end !== -1) return `${text.slice(0, end + 1)}${lines}${newline}${text.slice(end + 1)}`
  return text === '' || text.endsWith('\n') ? `${text}${lines}${newline}` : `${text}${newline}${lines}`
}

/** Without the lines from one position to another. */
export const withoutLines = (text: string, from: number, to: number): string => {
  const start = lineStart(text, from)
  const line = text.indexOf('\n', to)
  return line === -1 ? text.slice(0, start).replace(/\r?\n$/, '') : `${text.slice(0, start)}${text.slice(line + 1)}`
}
