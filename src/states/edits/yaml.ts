import type { Args } from '../../steps/step.ts'
import type { Edit, Edited } from './edit.ts'
import { isAbsent } from './entry-lines.ts'
import {
  atOf,
  cannotEdit,
  type Data,
  emptyMark,
  emptyMarked,
  lineAt,
  meant,
  pointer,
  same,
  takenBack,
  valueAt,
  wantedValue,
  wrapped,
} from './pointer.ts'
import { sureEdit } from './sure-edit.ts'
import { lineStart, newlineOf, withLines, withoutLines } from './text-lines.ts'
import {
  blockText,
  endOf,
  isEmpty,
  isList,
  isTable,
  type MapPair,
  type Node,
  readYaml,
  scalarText,
  type Table,
  valuePlace,
} from './yaml-tree.ts'

/** One step of a path: the pair of a table, or the item of a list. */
interface Reached {
  readonly node: Node | null
  readonly within: Node
  readonly pair: MapPair | undefined
}

/** What of a path is there. */
const reach = (root: Node, at: readonly string[]): readonly Reached[] => {
  const found: Reached[] = []
  let within: Node | null = root
  for (const key of at) {
    if (isTable(within)) {
      const pair: MapPair | undefined = within.items.find((p) => pairKey(p) === key)
      if (pair === undefined) break
      found.push({ node: pair.value, within, pair })
      within = pair.value
    } else if (isList(within) && /^\d+$/.test(key)) {
      const node: Node | undefined = within.items[Number(key)]
      if (node === undefined) break
      found.push({ node, within, pair: undefined })
      within = node
    } else break
  }
  return found
}

const pairKey = (pair: MapPair): string | undefined => {
  const value: unknown = 'value' in pair.key ? pair.key.value : undefined
  return value === null ? '' : value === undefined ? undefined : String(value)
}

/** One step of indentation, as the first indented line has it. */
const unitOf = (text: string): number => Math.min(/^( +)[^\s#-]/m.exec(text)?.[1]?.length ?? 2, 8)

const keyText = (key: string): string => {
  const text = scalarText(key)
  return text.length > 1000 || /[\r\n]/.test(text) ? JSON.stringify(key) : text
}

const isPlain = (value: Data): boolean => typeof value !== 'object' || value === null || Object.keys(value).length === 0

/** A value as it stands behind a colon: on that line, or on lines below, which begin with a line end. */
const rawOf = (text: string, value: Data, indent: number, flow: boolean): string => {
  if (isPlain(value)) return ` ${scalarText(value)}`
  if (flow) return ` ${JSON.stringify(value)}`
  const unit = unitOf(text)
  const lines = blockText(value, unit).split('\n')
  return lines.map((line) => `${newlineOf(text)}${line === '' ? '' : ' '.repeat(indent + unit)}${line}`).join('')
}

/** Puts another text in the place of the value of a pair; comments beside it stay. */
const withRaw = (text: string, pair: MapPair, raw: string): string => {
  const { colon, from, to } = valuePlace(text, pair)
  const rest = `${text.slice(0, from)}${text.slice(to)}`
  if (!/^\r?\n/.test(raw)) return `${rest.slice(0, colon)}${raw}${rest.slice(colon)}`
  const end = colon + (/^[^\r\n]*/.exec(rest.slice(colon))?.[0].length ?? 0)
  return `${rest.slice(0, end)}${raw}${rest.slice(end)}`
}

const indentOf = (text: string, table: Table): number => {
  const first = table.items[0]?.key.range[0] ?? 0
  return first - lineStart(text, first)
}

const endOfPair = (text: string, pair: MapPair): number =>
  pair.value === null ? pair.key.range[1] : Math.max(endOf(text, pair.value), pair.key.range[1])

/** Behind the last pair of a table. */
const behind = (text: string, table: Table, last: MapPair, key: string, value: Data): string => {
  const end = endOfPair(text, last)
  if (table.flow === true)
    return `${text.slice(0, end)}, ${keyText(key)}:${rawOf(text, value, 0, true)}${text.slice(end)}`
  const indent = indentOf(text, table)
  return withLines(text, end, `${' '.repeat(indent)}${keyText(key)}:${rawOf(text, value, indent, false)}`)
}

/** The spelling of a value that the ledger keeps; `@=` marks one that no space parts from its colon. */
const spellingOf = (text: string, pair: MapPair): string => {
  const { from, to } = valuePlace(text, pair)
  const raw = text.slice(from, to)
  if (raw.startsWith(' ')) return raw.slice(1)
  return raw === '' || /^\r?\n/.test(raw) ? raw : `@=${raw}`
}

const rawFrom = (had: string): string =>
  had === '' || /^\r?\n/.test(had) ? had : had.startsWith('@=') ? had.slice(2) : ` ${had}`

const isFlow = (node: Node): boolean => (isTable(node) || isList(node)) && node.flow === true

/** A value in the place of an item of a list. */
const withItem = (text: string, node: Node, raw: string): string =>
  `${text.slice(0, node.range[0])}${raw}${text.slice(endOf(text, node))}`

const replaced = (text: string, at: readonly string[], { node, within, pair }: Reached, value: Data): Edited => {
  if (pair === undefined) {
    if (node === null || !isPlain(value) || isTable(node) || isList(node))
      throw cannotEdit(
        `${pointer(at)} cannot be set: only plain values of a list can be`,
        `Line ${lineAt(text, within.range[0])}.`,
      )
    return { text: withItem(text, node, scalarText(value)), had: text.slice(node.range[0], endOf(text, node)) }
  }
  const indent = isTable(within) ? indentOf(text, within) : 0
  return { text: withRaw(text, pair, rawOf(text, value, indent, isFlow(within))), had: spellingOf(text, pair) }
}

const put = (text: string, args: Args): Edited => {
  const value = wantedValue(args)
  const at = atOf(args)
  const { root, value: all } = readYaml(text)
  if (root === undefined || (isEmpty(root) && !isTable(root))) {
    const [key = '', ...deeper] = at
    if (root !== undefined && root.range[0] !== root.range[1])
      throw cannotEdit(`${pointer(at)} cannot be set: the whole is null`, `Line ${lineAt(text, root.range[0])}.`)
    const lines = `${keyText(key)}:${rawOf(text, wrapped(deeper, value), 0, false)}`
    return { text: withLines(text, text.length, lines), had: emptyMark(0, '') }
  }
  const found = reach(root, at)
  const last = found.at(-1)
  if (last !== undefined && found.length === at.length) {
    const now = valueAt(all, at)
    if (!same(now, value)) return replaced(text, at, last, value)
    return { text, had: last.pair === undefined ? '' : spellingOf(text, last.pair) }
  }
  const table = last === undefined ? root : last.node
  const [key = '', ...deeper] = at.slice(found.length)
  const behindPair = isTable(table) ? table.items.at(-1) : undefined
  if (isTable(table) && behindPair !== undefined)
    return { text: behind(text, table, behindPair, key, wrapped(deeper, value)), had: undefined }
  if (last === undefined && isTable(root)) {
    const inside = `{ ${keyText(key)}:${rawOf(text, wrapped(deeper, value), 0, true)} }`
    return { text: withItem(text, root, inside), had: emptyMark(0, text.slice(root.range[0], root.range[1])) }
  }
  if (last?.pair === undefined || !isEmpty(table)) {
    const place = found.length === 0 ? 'the whole' : pointer(at.slice(0, found.length))
    throw cannotEdit(
      `${pointer(at)} cannot be set: ${place} is no object`,
      `Line ${lineAt(text, (table ?? root).range[0])}.`,
    )
  }
  const made = replaced(text, at, last, wrapped([key, ...deeper], value))
  return { text: made.text, had: emptyMark(found.length, made.had ?? '') }
}

/** The text without a pair: its lines, or its place between braces. */
const withoutPair = (text: string, table: Table, pair: MapPair): string => {
  const index = table.items.indexOf(pair)
  const [before, next] = [table.items[index - 1], table.items[index + 1]]
  const from = pair.key.range[0]
  const end = endOfPair(text, pair)
  const start = lineStart(text, from)
  if (table.flow !== true && text.slice(start, from).trim() === '') return withoutLines(text, from, end)
  if (next !== undefined) return `${text.slice(0, from)}${text.slice(next.key.range[0])}`
  return `${text.slice(0, before === undefined ? from : endOfPair(text, before))}${text.slice(end)}`
}

/** Takes out the last pair of a path, and with it the tables that hold nothing else, down to that depth. */
const pruned = (text: string, found: readonly Reached[], least: number): string => {
  let depth = found.length - 1
  const alone = (within: Node | undefined): boolean => isTable(within) && within.items.length === 1
  while (depth > least && alone(found[depth]?.within) && found[depth - 1]?.pair !== undefined) depth--
  const one = found[depth]
  if (one?.pair === undefined || !isTable(one.within)) return text
  if (depth > 0 && alone(one.within)) return emptied(text, found, depth)
  return withoutPair(text, one.within, one.pair)
}

/** Leaves a table empty that holds only one pair. */
const emptied = (text: string, found: readonly Reached[], depth: number): string => {
  const [outer, one] = [found[depth - 1], found[depth]]
  if (one?.pair === undefined || !isTable(one.within)) return text
  if (outer === undefined)
    return one.within.flow === true ? withItem(text, one.within, '{}') : withoutPair(text, one.within, one.pair)
  return outer.pair === undefined ? withItem(text, one.within, '{}') : withRaw(text, outer.pair, ' {}')
}

const takeOut = (text: string, args: Args): Edited => {
  const at = atOf(args)
  const { root } = readYaml(text)
  const found = root === undefined ? [] : reach(root, at)
  const last = found.at(-1)
  if (last === undefined || found.length < at.length) return { text, had: '' }
  if (last.pair === undefined || !isTable(last.within))
    throw cannotEdit(`${pointer(at)} cannot be taken out of a list`, 'Other items would move.')
  const rest =
    last.within.items.length === 1 ? emptied(text, found, at.length - 1) : withoutPair(text, last.within, last.pair)
  return { text: rest, had: text.slice(last.pair.key.range[0], endOfPair(text, last.pair)) }
}

const undone = (text: string, args: Args, had: string | undefined): string => {
  const at = atOf(args)
  const { root, value: all } = readYaml(text)
  if (isAbsent(args) || root === undefined) return text
  const found = reach(root, at)
  const last = found.at(-1)
  const now = valueAt(all, at)
  // Somebody else changed the value: it is theirs now and stays.
  if (last === undefined || found.length < at.length || !same(now, wantedValue(args))) return text
  const empty = emptyMarked(had)
  if (empty !== undefined) {
    const alone = found.slice(empty.depth).every(({ within }) => isTable(within) && within.items.length === 1)
    const outer = found[empty.depth - 1]?.pair
    if (alone && outer !== undefined) return withRaw(text, outer, rawFrom(empty.text))
    if (alone && empty.depth === 0 && empty.text !== '') return withItem(text, root, empty.text)
    return pruned(text, found, empty.depth)
  }
  if (had === undefined) return pruned(text, found, 0)
  if (last.pair === undefined) return last.node === null ? text : withItem(text, last.node, had)
  return same(readYaml(`x:${rawFrom(had)}`).value, { x: wantedValue(args) })
    ? text
    : withRaw(text, last.pair, rawFrom(had))
}

const contents = (text: string): Data | undefined => readYaml(text).value

/** `YAML /etc/app.yaml at=/server/port value=8080`: one value of a YAML file. */
export const yamlEdit: Edit = sureEdit({
  verb: 'YAML',
  part: (args) => args.at ?? '',
  wanted: (args) => (isAbsent(args) ? '' : (args.value ?? '')),
  apply: (text, args) => {
    const [edited, value] = isAbsent(args) ? [takeOut(text, args), undefined] : [put(text, args), wantedValue(args)]
    return meant(contents, text, atOf(args), value, edited)
  },
  undo: (text, args, had) => takenBack(contents, text, atOf(args), undone(text, args, had)),
})
