import { isDeepStrictEqual } from 'node:util'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Args } from '../../steps/step.ts'

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
