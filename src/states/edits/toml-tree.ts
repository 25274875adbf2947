import type { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { cannotEdit, type Data, lineAt, pointer, valueAt, withValue } from './pointer.ts'

/** A value with its place in the text. */
export interface TomlNode {
  readonly from: number
  readonly to: number
  readonly value: Data
  /** Of a table in braces, in order. */
  readonly members?: readonly TomlEntry[]
}

/** `a.b = 1`, on a line of its own or in braces. */
export interface TomlEntry {
  readonly keys: readonly string[]
  readonly from: number
  /** The text between keys and value. */
  readonly sign: string
  readonly node: TomlNode
}

/** What stands below a header; the first one is what stands before any. */
export interface TomlSection {
  /** The table that it is, with the index where it is one of a list. */
  readonly path: readonly string[]
  readonly list: boolean
  /** Index of the line of its header; -1 for the first. */
  readonly header: number
  /** Index behind its header. */
  readonly from: number
  /** Index of the line of the next header, or the end. */
  readonly to: number
  readonly entries: readonly TomlEntry[]
}

export interface TomlFile {
  readonly sections: readonly TomlSection[]
  readonly value: Data
}

/** What is found there is not quoted: it may be a file that others may not read. */
const broken = (text: string, at: number, expected: string): DiagnosticError => {
  const column = at - text.lastIndexOf('\n', at - 1)
  const instead = at >= text.length ? ', not the end' : ''
  return cannotEdit(
    'the file is no TOML',
    `Line ${lineAt(text, at)}, column ${column}: ${expected} is expected${instead}.`,
  )
}

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | undefined => {
  const sticky = new RegExp(pattern.source, 'y')
  sticky.lastIndex = at
  return sticky.exec(text) ?? undefined
}

const after = (pattern: RegExp, text: string, at: number): number => at + (matchAt(pattern, text, at)?.[0].length ?? 0)
const spaces = /[ \t]*/
const blanks = /(?:[ \t\r\n]+|#[^\n]*)*/

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001b' }

const unescaped = (text: string): string =>
  text.replace(
    /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[ \t]*\r?\n\s*|([\s\S]))/g,
    (_all, x?: string, u?: string, long?: string, char?: string) => {
      const code = x ?? u ?? long
      if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))
      return char === undefined ? '' : (escapes[char] ?? char)
    },
  )

const multiline = /"""(?:\r?\n)?((?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*)"""("{0,2})/
const multilineLiteral = /'''(?:\r?\n)?((?:[^']|'{1,2}(?!'))*)'''('{0,2})/
const basic = /"((?:[^"\\\n]|\\[^\n])*)"/
const literal = /'([^'\n]*)'/
const date =
  /(?:\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?![\w:.-])/
const number =
  /(?:[+-]?(?:inf|nan|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?)|0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+)(?![\w.+-])/

const keysAt = (text: string, from: number): { readonly keys: readonly string[]; readonly to: number } => {
  const keys: string[] = []
  let at = from
  for (;;) {
    const quoted = matchAt(basic, text, at)
    const found = quoted ?? matchAt(literal, text, at) ?? matchAt(/([A-Za-z0-9_-]+)/, text, at)
    if (found === undefined) throw broken(text, at, 'a key')
    keys.push(quoted === undefined ? (found[1] ?? '') : unescaped(found[1] ?? ''))
    const to = at + found[0].length
    const dot = matchAt(/[ \t]*\.[ \t]*/, text, to)
    if (dot === undefined) return { keys, to }
    at = to + dot[0].length
  }
}

const numberOf = (raw: string): number => {
  const plain = raw.replaceAll('_', '')
  if (/inf$/.test(plain)) return plain.startsWith('-') ? -Infinity : Infinity
  return Number(plain)
}

const scalarAt = (text: string, from: number): TomlNode => {
  const escaped =
    matchAt(multiline, text, from) ?? (text.startsWith('"""', from) ? undefined : matchAt(basic, text, from))
  const plain =
    matchAt(multilineLiteral, text, from) ?? (text.startsWith("'''", from) ? undefined : matchAt(literal, text, from))
  const node = (raw: string, value: Data): TomlNode => ({ from, to: from + raw.length, value })
  if (escaped !== undefined) return node(escaped[0], unescaped(`${escaped[1] ?? ''}${escaped[2] ?? ''}`))
  if (plain !== undefined) return node(plain[0], `${plain[1] ?? ''}${plain[2] ?? ''}`)
  const truth = matchAt(/(?:true|false)(?!\w)/, text, from)?.[0]
  if (truth !== undefined) return node(truth, truth === 'true')
  // No value of JSON is a date: it never equals what a step wants.
  const day = matchAt(date, text, from)?.[0]
  if (day !== undefined) return node(day, { '\0date': day })
  const digits = matchAt(number, text, from)?.[0]
  if (digits === undefined) throw broken(text, from, 'a value')
  return node(digits, numberOf(digits))
}

/** Deeper than any configuration, and far from what the stack holds. */
const depthLimit = 200

const nodeAt = (text: string, from: number, depth: number): TomlNode => {
  if (depth > depthLimit) throw cannotEdit('the file is nested too deeply', `Line ${lineAt(text, from)}.`)
  const open = text[from]
  if (open !== '[' && open !== '{') return scalarAt(text, from)
  const close = open === '[' ? ']' : '}'
  const items: Data[] = []
  const members: TomlEntry[] = []
  let at = after(blanks, text, from + 1)
  while (text[at] !== close) {
    const entry = open === '{' ? entryAt(text, at, depth + 1) : undefined
    const node = entry?.node ?? nodeAt(text, at, depth + 1)
    if (entry === undefined) items.push(node.value)
    else members.push(entry)
    at = after(blanks, text, node.to)
    if (text[at] === ',') at = after(blanks, text, at + 1)
    else if (text[at] !== close) throw broken(text, at, `, or ${close}`)
  }
  if (open === '[') return { from, to: at + 1, value: items }
  return { from, to: at + 1, value: members.reduce<Data>((table, m) => added(text, table, m.keys, m), {}), members }
}

const entryAt = (text: string, from: number, depth: number): TomlEntry => {
  const { keys, to } = keysAt(text, from)
  const sign = matchAt(/[ \t]*=[ \t]*/, text, to)?.[0]
  if (sign === undefined) throw broken(text, to, '=')
  return { keys, from, sign, node: nodeAt(text, to + sign.length, depth) }
}

/** The data with one entry more. @throws DiagnosticError where it is there already. */
const added = (text: string, data: Data, path: readonly string[], entry: TomlEntry): Data => {
  if (valueAt(data, path) !== undefined) throw twice(text, entry.from, path)
  return withValue(data, path, entry.node.value) ?? {}
}

const twice = (text: string, at: number, path: readonly string[]): DiagnosticError =>
  cannotEdit(`the file is no TOML: ${pointer(path)} is there twice`, `Line ${lineAt(text, at)}.`)

/** Entries, each ended by its line; the end is the next header, or that of the text. */
const entriesAt = (text: string, from: number): { readonly entries: readonly TomlEntry[]; readonly to: number } => {
  const entries: TomlEntry[] = []
  let at = after(blanks, text, from)
  while (at < text.length && text[at] !== '[') {
    const entry = entryAt(text, at, 0)
    entries.push(entry)
    at = after(spaces, text, entry.node.to)
    if (at < text.length && !/[#\r\n]/.test(text[at] ?? '')) throw broken(text, at, 'the end of the line')
    at = after(blanks, text, at)
  }
  return { entries, to: at < text.length ? text.lastIndexOf('\n', at) + 1 : text.length }
}

/** The sections of a text and what they say. @throws DiagnosticError where it is no TOML. */
export const readToml = (text: string): TomlFile => {
  const first = entriesAt(text, text.startsWith('\uFEFF') ? 1 : 0)
  const sections: TomlSection[] = [{ path: [], list: false, header: -1, from: 0, ...first }]
  let value: Data = {}
  const closed = new Set<string>()
  const lists = new Map<string, number>()
  const named = new Set<string>()
  /** The table that keys of a header mean: of a list, the last one. */
  const tableOf = (keys: readonly string[]): readonly string[] => {
    const path: string[] = []
    for (const key of keys) {
      path.push(key)
      const count = lists.get(pointer(path))
      if (count !== undefined) path.push(String(count - 1))
    }
    return path
  }
  /** Nothing is added to a value, also not in braces. */
  const within = (path: readonly string[], at: number): void => {
    for (const depth of path.keys()) {
      const outer = path.slice(0, depth)
      if (closed.has(pointer(outer))) throw twice(text, at, outer)
    }
  }
  const take = (path: readonly string[], entries: readonly TomlEntry[]): void => {
    for (const entry of entries) {
      const all = [...path, ...entry.keys]
      within(all, entry.from)
      value = added(text, value, all, entry)
      closed.add(pointer(all))
    }
  }
  take([], first.entries)
  for (let header = first.to; header < text.length; ) {
    const start = after(spaces, text, header)
    const open = matchAt(/\[\[?[ \t]*/, text, start)?.[0] ?? ''
    const list = open.startsWith('[[')
    const { keys, to } = keysAt(text, start + open.length)
    const close = matchAt(list ? /[ \t]*\]\]/ : /[ \t]*\]/, text, to)?.[0]
    const from = to + (close?.length ?? 0)
    if (close === undefined || matchAt(/[ \t]*(?:[#\r\n]|$)/, text, from) === undefined) throw broken(text, to, ']')
    const outer = list ? [...tableOf(keys.slice(0, -1)), keys.at(-1) ?? ''] : tableOf(keys)
    const count = lists.get(pointer(outer)) ?? 0
    const path = list ? [...outer, String(count)] : outer
    if (list) lists.set(pointer(outer), count + 1)
    if (named.has(pointer(path)) || (list && count === 0 && valueAt(value, outer) !== undefined))
      throw twice(text, start, outer)
    named.add(pointer(path))
    within([...path, ''], start)
    if (list) {
      const items = valueAt(value, outer)
      value = withValue(value, outer, [...(Array.isArray(items) ? items : []), {}]) ?? {}
    } else if (valueAt(value, path) === undefined) value = withValue(value, path, {}) ?? {}
    const { entries, to: end } = entriesAt(text, from)
    take(path, entries)
    sections.push({ path, list, header, from, to: end, entries })
    header = end
  }
  return { sections, value }
}

const escapedText = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f')

export const tomlKey = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : escapedText(key))

/** A value on one line. */
export const tomlText = (value: Data): string => {
  if (typeof value === 'string') return escapedText(value)
  if (typeof value !== 'object') return String(value)
  if (value === null) throw cannotEdit('null cannot be written', 'TOML has no null.')
  if (Array.isArray(value)) return `[${value.map(tomlText).join(', ')}]`
  const members = Object.entries(value).map(
    ([key, inner]: readonly [string, Data]) => `${tomlKey(key)} = ${tomlText(inner)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
