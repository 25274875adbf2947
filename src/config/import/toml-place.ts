import type { Source } from '../../diagnostics/diagnostic.ts'

/** The tables of a line: `[a.b]`, or an item of a list of tables, `[[a]]`. */
const header = /^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$/

const namesOf = (dotted: string): readonly string[] =>
  dotted.split('.').map((part) => part.trim().replace(/^["']|["']$/g, ''))

interface Line {
  readonly number: number
  readonly text: string
  /** The table that it stands in: names, and numbers of list items. */
  readonly table: readonly PropertyKey[]
  readonly isHeader: boolean
}

const linesOf = (text: string): readonly Line[] => {
  const counts = new Map<string, number>()
  let table: readonly PropertyKey[] = []
  return text.split('\n').map((line, index) => {
    const found = header.exec(line)
    if (found?.[2] === undefined) return { number: index + 1, text: line, table, isHeader: false }
    const names = namesOf(found[2])
    const item = found[1] === '[['
    const path: PropertyKey[] = []
    names.forEach((name, at) => {
      path.push(name)
      const key = JSON.stringify(path)
      const isLast = at === names.length - 1
      if (isLast && item) counts.set(key, (counts.get(key) ?? -1) + 1)
      const count = counts.get(key)
      if (count !== undefined) path.push(count)
    })
    table = path
    return { number: index + 1, text: line, table, isHeader: true }
  })
}

const isPrefix = (short: readonly PropertyKey[], long: readonly PropertyKey[]): boolean =>
  short.every((key, index) => long[index] === key)

const columnOf = (text: string): number => text.length - text.trimStart().length + 1

const keyOf = (line: string): string | undefined => /^\s*["']?([A-Za-z0-9_-]+)["']?\s*=/.exec(line)?.[1]

/** From the line of a key on, where item `index` of a list of inline tables begins. */
const itemPlace = (
  lines: readonly Line[],
  from: number,
  index: number,
): { line: number; column: number } | undefined => {
  let seen = -1
  for (const line of lines.slice(from)) {
    if (line.isHeader) return undefined
    for (let at = 0; at < line.text.length; at++) {
      if (line.text[at] === '#') break
      if (line.text[at] === '{' && ++seen === index) return { line: line.number, column: at + 1 }
    }
  }
  return undefined
}

/** Where a value of a TOML text stands, as near as its lines tell; parsers of TOML give no positions of values. */
export const tomlPlaces = (file: string, text: string): ((path: readonly PropertyKey[]) => Source) => {
  const lines = linesOf(text)
  return (path) => {
    const inside = lines.filter((line) => isPrefix(line.table, path))
    const deepest = Math.max(0, ...inside.map((line) => line.table.length))
    const table = inside.filter((line) => line.table.length === deepest)
    const [name, item] = path.slice(deepest)
    const isKey = (line: Line): boolean => !line.isHeader && name !== undefined && keyOf(line.text) === name
    const at = lines.findIndex((line) => table.includes(line) && isKey(line))
    const key = lines[at]
    if (key !== undefined && typeof item === 'number') {
      const place = itemPlace(lines, at, item)
      if (place !== undefined) return { file, ...place }
    }
    const line = key ?? table.find((one) => one.isHeader) ?? lines[0]
    return { file, line: line?.number ?? 1, column: line === undefined ? 1 : columnOf(line.text) }
  }
}
