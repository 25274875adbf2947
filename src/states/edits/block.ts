import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Args } from '../../steps/step.ts'
import type { Edit, Edited } from './edit.ts'
import { bare, endedLike, joinLines, placeOf, splitLines } from './text-lines.ts'

/** The lines that enclose a block; they name its owner. */
export const blockMarkers = (args: Args): { readonly begin: string; readonly end: string } => {
  const comment = args.comment ?? '#'
  const close = args.close === undefined ? '' : ` ${args.close}`
  const name = `hexis ${args.site ?? ''} ${args.id ?? ''}`
  return { begin: `${comment} BEGIN ${name}${close}`, end: `${comment} END ${name}${close}` }
}

const bodyOf = (text: string | undefined): readonly string[] => {
  if (text === undefined || text === '') return []
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
}

interface Found {
  readonly from: number
  /** Index of the end marker. */
  readonly to: number
}

const find = (lines: readonly string[], args: Args): Found | undefined => {
  const { begin, end } = blockMarkers(args)
  const from = lines.findIndex((line) => bare(line) === begin)
  if (from === -1) return undefined
  const to = lines.findIndex((line, index) => index > from && bare(line) === end)
  if (to !== -1) return { from, to }
  throw new DiagnosticError({
    severity: 'error',
    code: 'broken-block',
    summary: `the block '${args.id ?? ''}' has lost its end marker`,
    detail: `Line ${from + 1} is '${begin}', but '${end}' does not follow.`,
    hint: 'Put the end marker back, or take the begin marker out, by hand.',
  })
}

const bodyText = (lines: readonly string[], { from, to }: Found): string =>
  lines
    .slice(from + 1, to)
    .map((line) => `${bare(line)}\n`)
    .join('')

const withBody = (lines: readonly string[], found: Found, body: string | undefined): readonly string[] =>
  lines.toSpliced(
    found.from + 1,
    found.to - found.from - 1,
    ...bodyOf(body).map((l) => endedLike(l, lines[found.from])),
  )

const put = (text: string, args: Args): Edited => {
  const { lines, ends } = splitLines(text)
  const found = find(lines, args)
  if (found !== undefined) {
    return { text: joinLines({ lines: withBody(lines, found, args.text), ends }), had: bodyText(lines, found) }
  }
  const { begin, end } = blockMarkers(args)
  const place = placeOf(lines, args)
  const neighbour = lines[place - 1] ?? lines[place]
  const block = [begin, ...bodyOf(args.text), end].map((line) => endedLike(line, neighbour))
  return { text: joinLines({ lines: lines.toSpliced(place, 0, ...block), ends }), had: undefined }
}

const takeOut = (text: string, args: Args): Edited => {
  const { lines, ends } = splitLines(text)
  const found = find(lines, args)
  if (found === undefined) return { text, had: '' }
  const rest = lines.toSpliced(found.from, found.to - found.from + 1)
  return { text: joinLines({ lines: rest, ends }), had: bodyText(lines, found) }
}

const isAbsent = (args: Args): boolean => args.absent === 'yes'

/** The body as it stands in a file: every line ended. */
const wantedBody = (args: Args): string =>
  bodyOf(args.text)
    .map((line) => `${line}\n`)
    .join('')

/** `BLOCK /etc/x id=a site=shop text=…`: lines between two markers that name their owner. */
export const blockEdit: Edit = {
  verb: 'BLOCK',
  part: (args) => args.id ?? '',
  wanted: (args) => (isAbsent(args) ? '' : wantedBody(args)),
  apply: (text, args) => (isAbsent(args) ? takeOut(text, args) : put(text, args)),
  undo(text, args, had) {
    if (isAbsent(args)) return text
    const { lines, ends } = splitLines(text)
    const found = find(lines, args)
    // Somebody else changed what is inside: it is theirs now and stays.
    if (found === undefined || bodyText(lines, found) !== wantedBody(args)) return text
    if (had === undefined) return takeOut(text, args).text
    return joinLines({ lines: withBody(lines, found, had), ends })
  },
}

export const applyBlock = blockEdit.apply
export const undoBlock = blockEdit.undo
