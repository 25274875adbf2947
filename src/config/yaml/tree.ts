import { readFileSync } from 'node:fs'
import type { Document, Node, Pair } from 'yaml'
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Diagnostic, Source } from '../../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'

/** More is no hand-written config. */
const limitBytes = 16 * 1024 * 1024
const aliasLimit = 1000

/** A YAML file with the place of each of its parts. */
export interface YamlTree {
  /** The whole as plain data. */
  readonly data: unknown
  /** Where the name (in a map) or the item (in a list) at `path` stands; the nearest known part above it otherwise. */
  locate(path: readonly PropertyKey[]): Source
}

/** @throws DiagnosticError with every syntax error, each with line and column */
export const readYaml = (file: string): YamlTree => {
  const text = readFileSync(file, 'utf8')
  const start: Source = { file, line: 1, column: 1 }
  if (text.length > limitBytes) {
    throw new DiagnosticError({
      severity: 'error',
      code: 'config-too-large',
      summary: `larger than ${limitBytes} bytes`,
      source: start,
    })
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const sourceAt = (offset: number): Source => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  if (document.errors.length > 0) {
    throw new DiagnosticError(
      document.errors.map(
        (error): Diagnostic => ({
          severity: 'error',
          code: 'yaml-syntax',
          summary: error.message.split('\n')[0] ?? error.message,
          source: sourceAt(error.pos[0]),
        }),
      ),
    )
  }
  return {
    data: document.toJS({ maxAliasCount: aliasLimit }),
    locate: (path) => locate(document, path, sourceAt, start),
  }
}

const locate = (
  document: Document.Parsed,
  path: readonly PropertyKey[],
  sourceAt: (offset: number) => Source,
  start: Source,
): Source => {
  let node: unknown = document.contents
  let found = start
  for (const key of path) {
    const next = child(node, key)
    if (next === undefined) break
    const offset = offsetOf(next.place)
    if (offset !== undefined) found = sourceAt(offset)
    node = next.value
  }
  return found
}

const child = (node: unknown, key: PropertyKey): { readonly place: unknown; readonly value: unknown } | undefined => {
  if (isMap(node)) {
    const pair: Pair | undefined = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
    )
    return pair === undefined ? undefined : { place: pair.key, value: pair.value }
  }
  if (isSeq(node) && typeof key === 'number') {
    const value = node.items[key]
    return value === undefined ? undefined : { place: value, value }
  }
  return undefined
}

const offsetOf = (place: unknown): number | undefined => (place as Partial<Node> | undefined)?.range?.[0]
