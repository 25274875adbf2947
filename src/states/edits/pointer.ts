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

/** Without the tables on a path that hold nothing: formats that cannot write such a table lose it with its last key. */
const withoutEmpty = (data: Data | undefined, at: readonly string[]): Data | undefined => {
  const table = at.length === 0 ? undefined : valueAt(data, at)
  if (!isTable(table) || Object.keys(table).length > 0) return data
  return withoutEmpty(withValue(data, at, undefined), at.slice(0, -1))
}

/** The edit, if the file then says what it should and nothing else. */
export const meant = (
  at: readonly string[],
  value: Data | undefined,
  before: Data | undefined,
  after: Data | undefined,
  edited: Edited,
): Edited => {
  const expected = edited.had === '' && same(before, after) ? before : withValue(before, at, value)
  const nothing = expected === undefined || (isTable(expected) && Object.keys(expected).length === 0)
  if (
    same(after, expected) ||
    (value === undefined && same(after, withoutEmpty(expected, at.slice(0, -1)))) ||
    (nothing && (after ?? null) === null)
  )
    return edited
  throw cannotEdit(
    `${pointer(at)} cannot be set without changing something else`,
    'The file is written in an unusual way.',
  )
}
