import { isDeepStrictEqual } from 'node:util'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Args } from '../../steps/step.ts'
import type { Edited } from './edit.ts'

/** A value of JSON, YAML or TOML, as programs read it. */
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data }

/** The place of a value as one text, a JSON Pointer: `/server/port`; `~` and `/` in a key are `~0` and `~1`. */
export const pointer = (at: readonly (string | number)[]): string =>
  at.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** The keys of a pointer. */
export const keysOf = (text: string): readonly string[] =>
  text
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

export const atOf = (args: Args): readonly string[] => keysOf(args.at ?? '')

/** The value that a step wants, from its argument. */
export const wantedValue = (args: Args): Data => JSON.parse(args.value ?? 'null')

export const same = (a: Data | undefined, b: Data | undefined): boolean => isDeepStrictEqual(a, b)

const isTable = (data: Data | undefined): data is { readonly [key: string]: Data } =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

/** The data with one value set, or without it; tables on the way are made. */
export const withValue = (data: Data | undefined, at: readonly string[], value: Data | undefined): Data | undefined => {
  const [key, ...rest] = at
  if (key === undefined) return value
  if (Array.isArray(data))
    return data.map((item: Data, index) => (String(index) === key ? (withValue(item, rest, value) ?? null) : item))
  const table = isTable(data) ? data : {}
  const inner = withValue(Object.hasOwn(table, key) ? table[key] : undefined, rest, value)
  const others = Object.entries(table).filter(([name]) => name !== key)
  return Object.fromEntries(inner === undefined ? others : [...others, [key, inner]])
}

/** The line of a position, counted from one. */
export const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length

/** A file that cannot be edited, with the reason and the line. */
export const cannotEdit = (summary: string, detail: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'cannot-edit',
    summary,
    detail,
    hint: 'Correct that place by hand, or give the whole content by file().',
  })

/** How `@DEPTH TEXT` is written: the table at that depth was there, and empty; TEXT is how it was written. */
export const emptyMark = (depth: number, text: string): string => `@${depth} ${text}`

export const emptyMarked = (had: string | undefined): { readonly depth: number; readonly text: string } | undefined => {
  const [, depth, text] = /^@(\d+) ([\s\S]*)$/.exec(had ?? '') ?? []
  return depth === undefined || text === undefined ? undefined : { depth: Number(depth), text }
}

/** The value at a place; undefined where there is none. */
export const valueAt = (data: Data | undefined, at: readonly string[]): Data | undefined =>
  at.reduce<Data | undefined>((inner, key) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined
    return isTable(inner) ? inner[key] : inner[Number(key)]
  }, data)

/** The keys that are missing, as one value around the wanted one. */
export const wrapped = (keys: readonly string[], value: Data): Data =>
  keys.reduceRight<Data>((inner, key) => Object.fromEntries([[key, inner]]), value)

/**
 * Is the second the first, or the first without tables on a path that hold nothing? Where keys with dots make a table, it
 * goes with its last key.
 */
const sameButEmpty = (data: Data | undefined, other: Data | undefined, at: readonly string[]): boolean => {
  if (same(data, other)) return true
  const table = at.length === 0 ? undefined : valueAt(data, at)
  if (!isTable(table) || Object.keys(table).length > 0) return false
  return sameButEmpty(withValue(data, at, undefined), other, at.slice(0, -1))
}

/** The edit, if the file then says what it should and nothing else. */
export const meant = (
  read: (text: string) => Data | undefined,
  text: string,
  at: readonly string[],
  value: Data | undefined,
  edited: Edited,
): Edited => {
  if (edited.text === text) return edited
  const expected = withValue(read(text), at, value)
  const after = readable(read, edited.text)
  const nothing = expected === undefined || (isTable(expected) && Object.keys(expected).length === 0)
  const gone = value === undefined && sameButEmpty(expected, after, at.slice(0, -1))
  if (same(after, expected) || gone || (nothing && after === null)) return edited
  throw cannotEdit(
    `${pointer(at)} cannot be set without changing something else`,
    'Other places of the file mean the same value, or it is written in an unusual way.',
  )
}

/** What a text says, null for nothing, undefined where it cannot be read. */
const readable = (read: (text: string) => Data | undefined, text: string): Data | undefined => {
  try {
    return read(text) ?? null
  } catch {
    return undefined
  }
}

/**
 * The text with a part taken back, if it can still be read. Where somebody changed what is around the part, it might
 * not be; then it is better to say so than to leave a broken file.
 */
export const takenBack = (
  read: (text: string) => Data | undefined,
  text: string,
  at: readonly string[],
  back: string,
): string => {
  if (back === text || readable(read, back) !== undefined) return back
  throw cannotEdit(
    `${pointer(at)} cannot be taken back: what is around it was changed`,
    'The file would be broken then.',
  )
}
