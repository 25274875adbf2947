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
import { joinLines, lineStart, newlineOf, splitLines, withLines, withoutLines } from './text-lines.ts'
import {
  readToml,
  type TomlEntry,
  type TomlFile,
  type TomlNode,
  type TomlSection,
  tomlKey,
  tomlText,
} from './toml-tree.ts'

/** Where a value stands: the section, its entry there, and the entries in braces that lead on to it. */
interface Place {
  readonly section: TomlSection
  /** The last one is that of the value. */
  readonly entries: readonly [TomlEntry, ...TomlEntry[]]
  /** How many keys lead there. */
  readonly depth: number
}

const starts = (at: readonly string[], path: readonly string[]): boolean =>
  path.every((key, index) => at[index] === key)

const inBraces = (place: Place, node: TomlNode, at: readonly string[]): Place => {
  const rest = at.slice(place.depth)
  const next = rest.length === 0 ? undefined : node.members?.find((m) => starts(rest, m.keys))
  if (next === undefined) return place
  return inBraces({ ...place, entries: [...place.entries, next], depth: place.depth + next.keys.length }, next.node, at)
}

/** The entry that leads to a value, or as far towards it as there are entries. */
const find = ({ sections }: TomlFile, at: readonly string[]): Place | undefined => {
  for (const section of sections) {
    const entry = section.entries.find((e) => starts(at, [...section.path, ...e.keys]))
    if (entry !== undefined)
      return inBraces({ section, entries: [entry], depth: section.path.length + entry.keys.length }, entry.node, at)
  }
  return undefined
}

const lastOf = (place: Place): TomlEntry => place.entries.at(-1) ?? place.entries[0]

const spliced = (text: string, from: number, to: number, inner: string): string =>
  `${text.slice(0, from)}${inner}${text.slice(to)}`

/** Behind the last entry of a table in braces. */
const intoBraces = (text: string, at: readonly string[], place: Place, value: Data): Edited => {
  const { node } = lastOf(place)
  const [key = '', ...deeper] = at.slice(place.depth)
  const line = `Line ${lineAt(text, node.from)}.`
  if (node.members === undefined)
    throw cannotEdit(`${pointer(at)} cannot be set: ${pointer(at.slice(0, place.depth))} is no table`, line)
  const last = node.members.at(-1)
  // A table that keys with dots made goes on in the same way.
  const dotted = node.members.some((m) => m.keys[0] === key)
  const entry = dotted ? lineOf([key, ...deeper], last, value) : lineOf([key], last, wrapped(deeper, value))
  if (last === undefined)
    return {
      text: spliced(text, node.from, node.to, `{ ${entry} }`),
      had: emptyMark(place.depth, text.slice(node.from, node.to)),
    }
  return { text: spliced(text, last.node.to, last.node.to, `, ${entry}`), had: undefined }
}

/** How the sign is written beside this entry; without the spaces that align it with others. */
const signLike = (entry: TomlEntry | undefined): string => (entry?.sign ?? ' = ').replace(/[ \t]{2,}/g, ' ')

const indentOf = (text: string, entry: TomlEntry): string => text.slice(lineStart(text, entry.from), entry.from)

const lineOf = (keys: readonly string[], like: TomlEntry | undefined, value: Data): string =>
  `${keys.map(tomlKey).join('.')}${signLike(like)}${tomlText(value)}`

/** Behind an entry, on a line of its own. */
const behind = (text: string, like: TomlEntry, keys: readonly string[], value: Data): string =>
  withLines(text, like.node.to, `${indentOf(text, like)}${lineOf(keys, like, value)}`)

const inserted = (text: string, file: TomlFile, at: readonly string[], value: Data): Edited => {
  const table = at.slice(0, -1)
  const key = at.slice(-1)
  for (const [depth] of at.entries()) {
    const outer = valueAt(file.value, at.slice(0, depth))
    if (Array.isArray(outer) && valueAt(outer, at.slice(depth, depth + 1)) === undefined)
      throw cannotEdit(
        `${pointer(at)} cannot be set: ${pointer(at.slice(0, depth))} is no table`,
        `It is a list of ${outer.length}.`,
      )
  }
  const any = file.sections.flatMap((s) => s.entries)[0]
  const section = file.sections.find((s) => s.path.length === table.length && starts(table, s.path))
  const last = section?.entries.at(-1)
  if (section !== undefined && last !== undefined) return { text: behind(text, last, key, value), had: undefined }
  // `a.b = 1` makes a table that no header may name again: its keys are written in the same way.
  for (const one of file.sections) {
    const dotted = one.entries.findLast((e) => {
      const path = [...one.path, ...e.keys.slice(0, -1)]
      return (
        e.keys.length > 1 &&
        at.length > one.path.length + 1 &&
        starts(at, [...one.path, e.keys[0] ?? '']) &&
        path.length > 0
      )
    })
    if (dotted !== undefined) return { text: behind(text, dotted, at.slice(one.path.length), value), had: undefined }
  }
  const line = lineOf(key, any, value)
  if (section === undefined) {
    const newline = newlineOf(text)
    const names = table.filter(
      (name, index) => !(/^\d+$/.test(name) && Array.isArray(valueAt(file.value, table.slice(0, index)))),
    )
    const header = `[${names.map(tomlKey).join('.')}]${newline}${line}`
    return { text: withLines(text, text.length, text === '' ? header : `${newline}${header}`), had: undefined }
  }
  if (section.header !== -1) return { text: withLines(text, section.from, line), had: emptyMark(table.length, '') }
  const top = file.sections.length === 1 ? withLines(text, text.length, line) : `${line}${newlineOf(text)}${text}`
  return { text: top, had: undefined }
}

const put = (text: string, args: Args): Edited => {
  const value = wantedValue(args)
  const at = atOf(args)
  const file = readToml(text)
  const place = find(file, at)
  if (place === undefined || place.depth < at.length) {
    const now = valueAt(file.value, at)
    if (now !== undefined) {
      if (same(now, value)) return { text, had: '' }
      throw cannotEdit(
        `${pointer(at)} cannot be set as a whole: it is a table of its own`,
        'Declare its keys, one by one.',
      )
    }
    return place === undefined ? inserted(text, file, at, value) : intoBraces(text, at, place, value)
  }
  const { node } = lastOf(place)
  const had = text.slice(node.from, node.to)
  return { text: same(node.value, value) ? text : spliced(text, node.from, node.to, tomlText(value)), had }
}

/** The text without the entry of a place: its line, or its part of what stands in braces. */
const without = (text: string, place: Place, index: number): string => {
  const entry = place.entries[index] ?? place.entries[0]
  const members = index === 0 ? undefined : place.entries[index - 1]?.node.members
  if (members === undefined) return withoutLines(text, entry.from, entry.node.to)
  const [before, next] = [members[members.indexOf(entry) - 1], members[members.indexOf(entry) + 1]]
  if (before !== undefined) return spliced(text, before.node.to, entry.node.to, '')
  return next === undefined ? spliced(text, entry.from, entry.node.to, '') : spliced(text, entry.from, next.from, '')
}

const takeOut = (text: string, args: Args): Edited => {
  const at = atOf(args)
  const file = readToml(text)
  const place = find(file, at)
  if (place !== undefined && place.depth === at.length) {
    const { from, node } = lastOf(place)
    return { text: without(text, place, place.entries.length - 1), had: text.slice(from, node.to) }
  }
  if (valueAt(file.value, at) === undefined) return { text, had: '' }
  throw cannotEdit(
    `${pointer(at)} cannot be taken out as a whole`,
    'It is a table or an item of a list; declare its keys, one by one.',
  )
}

/** Takes the entry out, and with it the tables in braces that hold nothing else, down to that depth. */
const pruned = (text: string, place: Place, least: number): string => {
  let index = place.entries.length - 1
  let depth = place.depth - lastOf(place).keys.length
  while (index > 0 && depth > least && place.entries[index - 1]?.node.members?.length === 1) {
    index--
    depth -= place.entries[index]?.keys.length ?? 0
  }
  return without(text, place, index)
}

/** Without a section that nothing is left in, and the blank line before it. */
const withoutEmpty = (text: string, path: readonly string[]): string => {
  const section = readToml(text).sections.find((s) => s.path.length === path.length && starts(path, s.path))
  if (
    section === undefined ||
    section.header === -1 ||
    section.list ||
    text.slice(section.from, section.to).trim() !== ''
  )
    return text
  const { lines, ends } = splitLines(text)
  const at = lineAt(text, section.header) - 1
  const from = at > 0 && (lines[at - 1] ?? '').trim() === '' ? at - 1 : at
  return joinLines({ lines: lines.toSpliced(from, at + 1 - from), ends })
}

const undone = (text: string, args: Args, had: string | undefined): string => {
  const at = atOf(args)
  const place = isAbsent(args) ? undefined : find(readToml(text), at)
  // Somebody else changed the value: it is theirs now and stays.
  if (place === undefined || place.depth < at.length || !same(lastOf(place).node.value, wantedValue(args))) return text
  const empty = emptyMarked(had)
  if (empty !== undefined) {
    const depths = place.entries.map(
      (_one, index) => place.section.path.length + place.entries.slice(0, index + 1).flatMap((e) => e.keys).length,
    )
    const outer = place.entries[depths.indexOf(empty.depth)]?.node
    const rest = pruned(text, place, empty.depth)
    const alone =
      outer?.members?.length === 1 &&
      place.entries.slice(depths.indexOf(empty.depth), -1).every((e) => e.node.members?.length === 1)
    return alone && outer !== undefined ? spliced(text, outer.from, outer.to, empty.text) : rest
  }
  if (had === undefined) {
    const rest = pruned(text, place, place.section.path.length)
    return place.entries.length === 1 ? withoutEmpty(rest, place.section.path) : rest
  }
  if (had === '') return text
  const { node } = lastOf(place)
  return same(valueAt(readToml(`x = ${had}`).value, ['x']), wantedValue(args))
    ? text
    : spliced(text, node.from, node.to, had)
}

const contents = (text: string): Data | undefined => readToml(text).value

/** `TOML /etc/app.toml at=/server/port value=8080`: one value of a TOML file. */
export const tomlEdit: Edit = sureEdit({
  verb: 'TOML',
  part: (args) => args.at ?? '',
  wanted: (args) => (isAbsent(args) ? '' : (args.value ?? '')),
  apply: (text, args) => {
    const [edited, value] = isAbsent(args) ? [takeOut(text, args), undefined] : [put(text, args), wantedValue(args)]
    return meant(contents, text, atOf(args), value, edited)
  },
  undo: (text, args, had) => takenBack(contents, text, atOf(args), undone(text, args, had)),
})
