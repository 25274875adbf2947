import type { ParsedNode, YAMLMap, YAMLSeq } from 'yaml'
import { Document, isAlias, isMap, isScalar, isSeq, type Pair, parseAllDocuments, stringify } from 'yaml'
import { cannotEdit, type Data, lineAt } from './pointer.ts'

export type Node = ParsedNode
export type MapPair = Pair<Node, Node | null>
export type Table = YAMLMap.Parsed
export type List = YAMLSeq.Parsed

export interface YamlFile {
  readonly root: Node | undefined
  readonly value: Data | undefined
}

/** A message without what it quotes of the file behind its colon: it may be a file that others may not read. */
const unquoted = (message: string): string => message.split(':')[0] ?? ''

/** The one document of a text. @throws DiagnosticError where it is no YAML, or several documents. */
export const readYaml = (text: string): YamlFile => {
  const documents = parseAllDocuments(text, { keepSourceTokens: true, prettyErrors: false, logLevel: 'silent' })
  const [document, second]: readonly Document.Parsed[] = Array.isArray(documents) ? documents : []
  if (document === undefined) return { root: undefined, value: undefined }
  if (second !== undefined)
    throw cannotEdit('the file holds several YAML documents', `Line ${lineAt(text, second.range[0])}.`)
  const [error] = document.errors
  if (error !== undefined)
    throw cannotEdit('the file is no YAML', `Line ${lineAt(text, error.pos[0])}: ${unquoted(error.message)}.`)
  try {
    const value: Data = document.toJS()
    return { root: document.contents ?? undefined, value }
  } catch (cause) {
    throw cannotEdit('the file is no YAML', cause instanceof Error ? unquoted(cause.message) : '')
  }
}

export const isTable = (node: Node | null | undefined): node is Table => isMap(node)
export const isList = (node: Node | null | undefined): node is List => isSeq(node)

/** Null, and written as nothing at all. */
export const isMissing = (node: Node | null | undefined): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null && node.range[0] === node.range[1])

/** A value that holds nothing: null, or an object without keys. */
export const isEmpty = (node: Node | null | undefined): boolean =>
  isMissing(node) || (isScalar(node) && node.value === null) || (isTable(node) && node.items.length === 0)

/** Index after the last character of a value, without line ends and comments behind it. */
export const endOf = (text: string, node: Node): number => {
  const last = (isTable(node) || isList(node)) && node.flow !== true && !isAlias(node) ? node.items.at(-1) : undefined
  let end = node.range[1]
  if (last !== undefined && 'key' in last) end = last.value === null ? last.key.range[1] : endOf(text, last.value)
  else if (last !== undefined) end = endOf(text, last)
  while (end > node.range[0] && /[\r\n]/.test(text[end - 1] ?? '')) end--
  return end
}

/** Where the value of a pair is written: behind its colon, or on the lines below. */
export interface ValuePlace {
  /** Index behind the colon. */
  readonly colon: number
  readonly from: number
  readonly to: number
}

/** @throws DiagnosticError for a value that more is said of than its text. */
export const valuePlace = (text: string, pair: MapPair): ValuePlace => {
  const tokens = pair.srcToken?.sep ?? []
  const sign = tokens.find((token) => token.type === 'map-value-ind')
  const refuse = (why: string): Error =>
    cannotEdit(
      `the value of '${String(isScalar(pair.key) ? pair.key.value : '')}' cannot be set: ${why}`,
      `Line ${lineAt(text, pair.key.range[0])}.`,
    )
  if (sign === undefined) throw refuse('it has no colon')
  if (tokens.some((token) => token.type === 'anchor' || token.type === 'tag')) throw refuse('it has an anchor or a tag')
  const colon = sign.offset + 1
  if (pair.value === null || isMissing(pair.value)) return { colon, from: colon, to: colon }
  const line = tokens.find((token) => token.type === 'newline')
  const to = endOf(text, pair.value)
  // A comment behind the last of several lines is theirs.
  return line === undefined
    ? { colon, from: colon, to }
    : { colon, from: line.offset, to: to + (/^[^\r\n]*/.exec(text.slice(to))?.[0].length ?? 0) }
}

/** Quoted also where only readers of YAML 1.1 would take it for something else (`yes`, `0o7`). */
const options = { lineWidth: 0, compat: 'yaml-1.1' } as const

/** A value without keys and items, on one line. */
export const scalarText = (value: Data): string =>
  typeof value === 'string' && /[\r\n]/.test(value) ? JSON.stringify(value) : stringify(value, options).trimEnd()

/** A value as lines, each table and list with its items below each other. */
export const blockText = (value: Data, indent: number): string =>
  new Document(value, options).toString({ indent, lineWidth: 0 }).trimEnd()
