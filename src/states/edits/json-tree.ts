import type { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { cannotEdit, type Data, lineAt } from './pointer.ts'

/** A value with its place in the text. */
export interface JsonNode {
  readonly from: number
  readonly to: number
  readonly value: Data
  /** Of an object, in order. */
  readonly members?: readonly JsonMember[]
  /** Of a list. */
  readonly items?: readonly JsonNode[]
}

export interface JsonMember {
  readonly key: string
  readonly from: number
  /** The text between key and value. */
  readonly colon: string
  readonly node: JsonNode
  /** Index of the comma behind it. */
  readonly comma: number | undefined
}

/** Index after spaces and comments; comments are no JSON, but configuration files have them. */
const skipped = (text: string, from: number): number => {
  const space = /(?:[\s\uFEFF]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
  space.lastIndex = from
  return from + (space.exec(text)?.[0].length ?? 0)
}

/** Deeper than any configuration, and far from what the stack holds. */
const depthLimit = 500

/** What is found there is not quoted: it may be a file that others may not read. */
const broken = (text: string, at: number, expected: string): DiagnosticError => {
  const column = at - text.lastIndexOf('\n', at - 1)
  const instead = at >= text.length ? ', not the end' : ''
  return cannotEdit(
    'the file is no JSON',
    `Line ${lineAt(text, at)}, column ${column}: ${expected} is expected${instead}.`,
  )
}

const stringAt = (text: string, at: number): { readonly to: number; readonly value: string } => {
  const token = /"(?:[^"\\\n]|\\.)*"/y
  token.lastIndex = at
  const raw = token.exec(text)?.[0]
  if (raw === undefined) throw broken(text, at, 'a text in double quotes')
  try {
    return { to: at + raw.length, value: JSON.parse(raw) }
  } catch {
    throw broken(text, at, 'a text as JSON writes it')
  }
}

const objectAt = (text: string, from: number, depth: number): JsonNode => {
  const members: JsonMember[] = []
  let at = skipped(text, from + 1)
  while (text[at] !== '}') {
    const key = stringAt(text, at)
    const sign = skipped(text, key.to)
    if (text[sign] !== ':') throw broken(text, sign, ':')
    const node = nodeAt(text, skipped(text, sign + 1), depth + 1)
    const next = skipped(text, node.to)
    const comma = text[next] === ',' ? next : undefined
    if (comma === undefined && text[next] !== '}') throw broken(text, next, ', or }')
    members.push({ key: key.value, from: at, colon: text.slice(key.to, node.from), node, comma })
    at = comma === undefined ? next : skipped(text, comma + 1)
  }
  return { from, to: at + 1, value: Object.fromEntries(members.map((m) => [m.key, m.node.value])), members }
}

const listAt = (text: string, from: number, depth: number): JsonNode => {
  const items: JsonNode[] = []
  let at = skipped(text, from + 1)
  while (text[at] !== ']') {
    const node = nodeAt(text, at, depth + 1)
    const next = skipped(text, node.to)
    if (text[next] !== ',' && text[next] !== ']') throw broken(text, next, ', or ]')
    items.push(node)
    at = text[next] === ',' ? skipped(text, next + 1) : next
  }
  return { from, to: at + 1, value: items.map((item) => item.value), items }
}

const nodeAt = (text: string, at: number, depth: number): JsonNode => {
  if (depth > depthLimit) throw cannotEdit('the file is nested too deeply', `Line ${lineAt(text, at)}.`)
  const char = text[at]
  if (char === '{') return objectAt(text, at, depth)
  if (char === '[') return listAt(text, at, depth)
  if (char === '"') {
    const { to, value } = stringAt(text, at)
    return { from: at, to, value }
  }
  const token = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y
  token.lastIndex = at
  const raw = token.exec(text)?.[0]
  if (raw === undefined) throw broken(text, at, 'a value')
  return { from: at, to: at + raw.length, value: JSON.parse(raw) }
}

/** The one value of a text; undefined where there is none. @throws DiagnosticError where it is no JSON. */
export const readJson = (text: string): JsonNode | undefined => {
  if (text.trim() === '') return undefined
  const root = nodeAt(text, skipped(text, 0), 0)
  const end = skipped(text, root.to)
  if (end < text.length) throw broken(text, end, 'the end')
  return root
}
