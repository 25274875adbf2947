import type { Args } from '../../steps/step.ts'
import type { Edit, Edited } from './edit.ts'
import { bare, endedLike, joinLines, patternOf, placeOf, splitLines } from './text-lines.ts'

const isAbsent = (args: Args): boolean => args.absent === 'yes'

/**
 * The line that the edit stands for, -1 where there is none. Where the wanted line matches `match` itself, that is the
 * first match; else the wanted line wins over a match, so that a second run finds its own work.
 */
const targetOf = (lines: readonly string[], args: Args, last: Args | undefined): number => {
  const wanted = args.line ?? ''
  const match = patternOf(args, 'match', 'flags')
  const exact = lines.findIndex((line) => bare(line) === wanted)
  const matched = match === undefined ? -1 : lines.findIndex((line) => match.test(bare(line)))
  const own = match?.test(wanted) === true ? matched : exact
  if (own !== -1) return own
  if (matched !== -1) return matched
  const before = last === undefined || isAbsent(last) ? undefined : last.line
  return before === undefined ? -1 : lines.findIndex((line) => bare(line) === before)
}

const put = (text: string, args: Args, last: Args | undefined): Edited => {
  const { lines, ends } = splitLines(text)
  const wanted = args.line ?? ''
  const at = targetOf(lines, args, last)
  const had = lines[at]
  if (had !== undefined)
    return { text: joinLines({ lines: lines.with(at, endedLike(wanted, had)), ends }), had: bare(had) }
  const place = placeOf(lines, args)
  const line = endedLike(wanted, lines[place - 1] ?? lines[place])
  return { text: joinLines({ lines: lines.toSpliced(place, 0, line), ends }), had: undefined }
}

/** Every line that matches, or equals the text where there is no `match`, goes. */
const takeOut = (text: string, args: Args): Edited => {
  const { lines, ends } = splitLines(text)
  const match = patternOf(args, 'match', 'flags')
  const goes = (line: string): boolean => (match === undefined ? bare(line) === args.line : match.test(bare(line)))
  const gone = lines.filter(goes)
  if (gone.length === 0) return { text, had: '' }
  return { text: joinLines({ lines: lines.filter((line) => !goes(line)), ends }), had: gone.map(bare).join('\n') }
}

/** `LINE /etc/hosts id=db line=10.0.0.5%20db match=\sdb$`: one line of a file. */
export const lineEdit: Edit = {
  verb: 'LINE',
  part: (args) => args.id ?? '',
  wanted: (args) => (isAbsent(args) ? '' : (args.line ?? '')),
  apply: (text, args, last) => (isAbsent(args) ? takeOut(text, args) : put(text, args, last)),
  undo(text, args, had) {
    const wanted = args.line ?? ''
    if (isAbsent(args) || had === wanted) return text
    const { lines, ends } = splitLines(text)
    const at = lines.findIndex((line) => bare(line) === wanted)
    const line = lines[at]
    // Somebody else changed the line: it is theirs now and stays.
    if (line === undefined) return text
    const rest = had === undefined ? lines.toSpliced(at, 1) : lines.with(at, endedLike(had, line))
    return joinLines({ lines: rest, ends })
  },
}

export const applyLine = lineEdit.apply
export const undoLine = lineEdit.undo
