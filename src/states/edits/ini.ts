import type { Args } from '../../steps/step.ts'
import type { Edit, Edited } from './edit.ts'
import { certain, type Entry, isAbsent, respelled, spelling, without } from './entry-lines.ts'
import { sureEdit } from './sure-edit.ts'
import { bare, endedLike, joinLines, splitLines } from './text-lines.ts'

interface Section {
  readonly name: string
  /** Index of its header; -1 for what stands before any. */
  readonly header: number
  /** Index of the line after its last one. */
  end: number
  readonly entries: Entry[]
}

const isBlank = (line: string): boolean => line.trim() === ''
const isComment = (line: string): boolean => /^\s*[#;]/.test(line)
const headerName = (line: string): string | undefined => /^\s*\[(.*?)\]\s*(?:[#;].*)?$/.exec(line)?.[1]?.trim()
const indentOf = (line: string): number => line.length - line.trimStart().length

/** Where a comment begins behind a value, with the space before it; -1 for none. In quotes there is none. */
export const commentAt = (text: string): number =>
  text.replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => '_'.repeat(quoted.length)).search(/\s[#;]/)

/** One line as an entry; a colon parts key and value only where a space or nothing follows it. */
const entryOf = (line: string, at: number, inline: boolean): Entry => {
  const text = bare(line)
  const comment = inline ? commentAt(text) : -1
  const said = (comment === -1 ? text : text.slice(0, comment)).trimEnd()
  const head = said.slice(0, indentOf(said))
  const sign = said.search(/=|:(?=\s|$)/)
  const place = { first: at, last: at, head, tail: line.slice(said.length) }
  if (sign === -1) return { ...place, key: said.slice(head.length), separator: undefined, value: '' }
  const key = said.slice(head.length, sign).trimEnd()
  const value = said.slice(sign + 1).trimStart()
  return { ...place, key, separator: said.slice(head.length + key.length, said.length - value.length), value }
}

/** The entry with the lines that go on with its value; doubtful where they may be entries themselves. */
const withMore = (entry: Entry, lines: readonly string[]): Entry => {
  let all = entry
  for (let at = entry.first + 1; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const text = bare(line)
    const before = `${all.value}${all.tail}`
    const goesOn = bare(before).endsWith('\\') || indentOf(text) > entry.head.length
    if (!goesOn || isBlank(text) || isComment(text)) break
    if (all.separator === undefined || headerName(text) !== undefined || /=|:(?=\s|$)/.test(text))
      return { ...all, doubtful: at }
    const value = line.trimEnd()
    all = { ...all, last: at, value: `${before}\n${value}`, tail: line.slice(value.length) }
  }
  return all
}

const sectionsOf = (lines: readonly string[], args: Args): readonly Section[] => {
  let section: Section = { name: '', header: -1, end: 0, entries: [] }
  const sections = [section]
  let held = -1
  for (const [at, line] of lines.entries()) {
    const text = bare(line)
    const name = at <= held ? undefined : headerName(text)
    if (name !== undefined) {
      section = { name, header: at, end: at + 1, entries: [] }
      sections.push(section)
      continue
    }
    section.end = at + 1
    if (at <= held || isBlank(text) || isComment(text)) continue
    const entry = withMore(entryOf(line, at, args.inline === 'yes'), lines)
    held = entry.last
    section.entries.push(entry)
  }
  return sections
}

const sectionOf = (args: Args): string => args.section ?? ''

/** Entries of that key; where there are several, programs take the last. */
const entriesOf = (sections: readonly Section[], args: Args): readonly Entry[] =>
  sections.filter((s) => s.name === sectionOf(args)).flatMap((s) => s.entries.filter((e) => e.key === args.key))

const isWanted = (entry: Entry, args: Args): boolean =>
  args.bare === 'yes'
    ? entry.separator === undefined
    : entry.separator !== undefined && entry.value === (args.value ?? '')

/** How a separator is written beside this entry; without the spaces that align it with others. */
const separatorLike = (neighbour: Entry | undefined): string =>
  (neighbour?.separator ?? ' = ').replace(/[ \t]{2,}/g, ' ')

/** With a space behind the sign where there is one before it: `key =` has none for want of a value. */
const spaced = (separator: string): string => (/^\s.*\S$/.test(separator) ? `${separator} ` : separator)

const spelled = (args: Args, separator: string): string => {
  if (args.bare === 'yes') return args.key ?? ''
  const value = args.value ?? ''
  return `${args.key ?? ''}${value === '' ? separator.trimEnd() : separator}${value}`
}

/** In a section of its own at the end, parted by a blank line. */
const inNewSection = (lines: readonly string[], args: Args, separator: string): readonly string[] => {
  const added = [`[${sectionOf(args)}]`, spelled(args, separator)]
  const all = lines.length === 0 ? added : ['', ...added]
  return [...lines, ...all.map((line) => endedLike(line, lines.at(-1)))]
}

/** After the last entry of its section, written as that one is. */
const inserted = (
  lines: readonly string[],
  sections: readonly Section[],
  args: Args,
): { lines: readonly string[]; had: string | undefined } => {
  const all = sections.flatMap((s) => s.entries)
  const same = sections.filter((s) => s.name === sectionOf(args))
  const section = same.findLast((s) => s.entries.length > 0) ?? same.at(-1)
  const usual = separatorLike(all.find((e) => e.separator !== undefined))
  if (section === undefined) return { lines: inNewSection(lines, args, usual), had: undefined }
  const last = section.entries.at(-1)
  const withSign = section.entries.findLast((e) => e.separator !== undefined)
  const text = `${last?.head ?? ''}${spelled(args, withSign === undefined ? usual : separatorLike(withSign))}`
  const top = section.header === -1 && sections.length === 1 ? lines.length : section.header + 1
  const at = last === undefined ? top : last.last + 1
  const line = endedLike(text, lines[at - 1] ?? lines[at])
  // An empty section that was there already must not go with the entry.
  const had = section.entries.length === 0 && section.header !== -1 ? `[${section.name}]` : undefined
  return { lines: lines.toSpliced(at, 0, line), had }
}

const put = (text: string, args: Args): Edited => {
  const { lines, ends } = splitLines(text)
  const sections = sectionsOf(lines, args)
  const entry = entriesOf(sections, args).at(-1)
  if (entry === undefined) {
    const { lines: all, had } = inserted(lines, sections, args)
    return { text: joinLines({ lines: all, ends }), had }
  }
  const had = spelling(entry)
  if (isWanted(entry, args)) return { text, had }
  const near = sections.flatMap((s) => s.entries).find((e) => e.separator !== undefined)
  const now = spelled(
    args,
    /^\r?(\n|$)/.test(entry.value) ? spaced(entry.separator ?? separatorLike(near)) : (entry.separator ?? ''),
  )
  return { text: joinLines({ lines: respelled(lines, certain(entry), now), ends }), had }
}

const takeOut = (text: string, args: Args): Edited => {
  const { lines, ends } = splitLines(text)
  const gone = entriesOf(sectionsOf(lines, args), args)
  if (gone.length === 0) return { text, had: '' }
  const rest = gone.reduceRight<readonly string[]>((left, entry) => without(left, certain(entry)), lines)
  return { text: joinLines({ lines: rest, ends }), had: gone.map(spelling).join('\n') }
}

/** Without a section that nothing is left in, and the blank line before it. */
const withoutEmpty = (lines: readonly string[], args: Args): readonly string[] => {
  const section = sectionsOf(lines, args).findLast((s) => s.name === sectionOf(args))
  if (section === undefined || section.header === -1) return lines
  if (!lines.slice(section.header + 1, section.end).every(isBlank)) return lines
  const from = section.header > 0 && isBlank(lines[section.header - 1] ?? '') ? section.header - 1 : section.header
  return lines.toSpliced(from, section.header + 1 - from)
}

/** `INI /etc/app.ini section=server key=port value=8080`: one entry of a file of sections. */
export const iniEdit: Edit = sureEdit({
  verb: 'INI',
  part: (args) => `${args.section === undefined ? '' : `[${args.section}]`}${args.key ?? ''}`,
  wanted: (args) => (isAbsent(args) ? '' : spelled(args, '=')),
  apply: (text, args) => (isAbsent(args) ? takeOut(text, args) : put(text, args)),
  undo(text, args, had) {
    if (isAbsent(args)) return text
    const { lines, ends } = splitLines(text)
    const entry = entriesOf(sectionsOf(lines, args), args).at(-1)
    // Somebody else changed the entry: it is theirs now and stays.
    if (entry === undefined || !isWanted(entry, args)) return text
    if (had === undefined) return joinLines({ lines: withoutEmpty(without(lines, entry), args), ends })
    if (had.startsWith('[')) return joinLines({ lines: without(lines, entry), ends })
    const [before] = sectionsOf(had.split('\n'), args).flatMap((s) => s.entries)
    if (before === undefined || isWanted(before, args)) return text
    return joinLines({ lines: respelled(lines, entry, had), ends })
  },
})
