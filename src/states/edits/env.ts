import type { Args } from '../../steps/step.ts'
import type { Edit, Edited } from './edit.ts'
import { type Entry, isAbsent, respelled, spelling, without } from './entry-lines.ts'
import { sureEdit } from './sure-edit.ts'
import { endedLike, joinLines, splitLines } from './text-lines.ts'

/** Index after the quoted text that begins at `from`; undefined where its quote is not closed. */
const closed = (text: string, from: number): number | undefined => {
  const quote = text[from]
  for (let at = from + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++
    else if (text[at] === quote) return at + 1
  }
  return undefined
}

/** Do only spaces and a comment follow, up to the end of the line? */
const tailAt = (text: string, at: number): boolean => {
  const tail = /[ \t\r]+(?:#[^\n]*)?(?=\n|$)/y
  tail.lastIndex = at
  return tail.test(text)
}

/** Length of the value that a text begins with: up to the end of the line, or spaces and a comment. */
const valueLength = (text: string, quotes: boolean): number => {
  if (!quotes) return (text.split('\n')[0] ?? '').trimEnd().length
  let at = 0
  while (at < text.length && text[at] !== '\n') {
    const char = text[at]
    if (char === '\\') at += 2
    else if (char === '"' || char === "'") {
      const end = closed(text, at)
      // An apostrophe inside of a word is rarely meant to go on over lines.
      at = end !== undefined && (at === 0 || !text.slice(at, end).includes('\n')) ? end : at + 1
    } else if (tailAt(text, at)) break
    else at++
  }
  return Math.min(at, text.length)
}

/** What a program reads: without quotes, escapes and joined lines. */
const meaning = (raw: string): string => {
  let out = ''
  let at = 0
  while (at < raw.length) {
    const char = raw[at] ?? ''
    const end = char === '"' || char === "'" ? closed(raw, at) : undefined
    if (end !== undefined) {
      const inside = raw.slice(at + 1, end - 1)
      out +=
        char === "'" ? inside : inside.replace(/\\(?:\r?\n|(["\\$`]))/g, (_all, kept: string | undefined) => kept ?? '')
      at = end
    } else if (char === '\\' && at + 1 < raw.length) {
      const joined = /^\\\r?\n/.exec(raw.slice(at, at + 3))
      out += joined === null ? (raw[at + 1] ?? '') : ''
      at += joined === null ? 2 : joined[0].length
    } else {
      out += char
      at++
    }
  }
  return out
}

const spelledValue = (args: Args): string => {
  const value = args.value ?? ''
  if (args.quote === 'no' || /^[\w./:@%+,=-]*$/.test(value)) return value
  return `"${value.replace(/["\\$`]/g, '\\$&')}"`
}

const spelled = (args: Args): string => `${args.key ?? ''}=${spelledValue(args)}`

/** Assignments of a key; where there are several, programs take the last. */
const entriesOf = (lines: readonly string[], args: Args): readonly Entry[] => {
  const found: Entry[] = []
  for (let first = 0; first < lines.length; first++) {
    const line = lines[first] ?? ''
    const [start = '', head = '', key = ''] = /^(\s*(?:export[ \t]+)?)([A-Za-z_][A-Za-z0-9_]*)=/.exec(line) ?? []
    if (start === '') continue
    const goesOn = /["'\\]/.test(line)
    const rest = (goesOn ? lines.slice(first).join('\n') : line).slice(start.length)
    const value = rest.slice(0, valueLength(rest, args.quote !== 'no'))
    const last = first + value.split('\n').length - 1
    const end = rest.indexOf('\n', value.length)
    const tail = rest.slice(value.length, end === -1 ? undefined : end)
    if (key === args.key) found.push({ key, first, last, head, separator: '=', value, tail })
    first = last
  }
  return found
}

const isWanted = (value: string, args: Args): boolean =>
  args.quote === 'no' ? value === (args.value ?? '') : meaning(value) === (args.value ?? '')

const put = (text: string, args: Args): Edited => {
  const { lines, ends } = splitLines(text)
  const entry = entriesOf(lines, args).at(-1)
  if (entry === undefined) {
    const line = endedLike(`${args.export === 'yes' ? 'export ' : ''}${spelled(args)}`, lines.at(-1))
    return { text: joinLines({ lines: [...lines, line], ends }), had: undefined }
  }
  const had = spelling(entry)
  if (isWanted(entry.value, args)) return { text, had }
  return { text: joinLines({ lines: respelled(lines, entry, spelled(args)), ends }), had }
}

const takeOut = (text: string, args: Args): Edited => {
  const { lines, ends } = splitLines(text)
  const gone = entriesOf(lines, args)
  if (gone.length === 0) return { text, had: '' }
  const rest = gone.reduceRight<readonly string[]>(without, lines)
  return { text: joinLines({ lines: rest, ends }), had: gone.map(spelling).join('\n') }
}

/** `ENV /etc/default/app key=PORT value=8080`: one assignment of a file that shells or systemd read. */
export const envEdit: Edit = sureEdit({
  verb: 'ENV',
  part: (args) => args.key ?? '',
  wanted: (args) => (isAbsent(args) ? '' : spelled(args)),
  apply: (text, args) => (isAbsent(args) ? takeOut(text, args) : put(text, args)),
  undo(text, args, had) {
    if (isAbsent(args)) return text
    const { lines, ends } = splitLines(text)
    const entry = entriesOf(lines, args).at(-1)
    // Somebody else changed the value: it is theirs now and stays.
    if (entry === undefined || !isWanted(entry.value, args)) return text
    if (had === undefined) return joinLines({ lines: without(lines, entry), ends })
    if (isWanted(had.slice(had.indexOf('=') + 1), args)) return text
    return joinLines({ lines: respelled(lines, entry, had), ends })
  },
})
