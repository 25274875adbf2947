import { z } from 'zod'
import type { Args } from '../../steps/step.ts'
import { defineResource, type Shape } from '../definition.ts'
import { argsFrom, normalPath, onlyYes, ownPath, pattern, patternArgs, singleLine } from '../properties.ts'
import type { EditPlace, LineProps } from './line.ts'

/** `PATH#NAME`: an edit's identity holds the file and the name of its part. */
export const partIdentity = z.string().superRefine((id, context) => {
  const { path, part } = partOf(id)
  const parsed = ownPath.safeParse(path)
  for (const issue of parsed.error?.issues ?? []) context.addIssue({ code: 'custom', message: issue.message })
  if (path.includes('#'))
    context.addIssue({ code: 'custom', message: 'a path with # in it cannot be edited; use file' })
  if (part === '') context.addIssue({ code: 'custom', message: 'it has no id' })
  if (/[\n\0]/.test(part)) context.addIssue({ code: 'custom', message: 'the name of a part is one line' })
})

/** Inverse of `partId`. */
export const partOf = (id: string): { readonly path: string; readonly part: string } => {
  const at = id.indexOf('#')
  const path = (at === -1 ? id : id.slice(0, at)).replaceAll('%23', '#')
  return { path, part: at === -1 ? '' : id.slice(at + 1) }
}

export const placeShape = {
  place: z
    .union([z.enum(['end', 'top']), z.strictObject({ before: pattern }), z.strictObject({ after: pattern })])
    .optional()
    .describe(
      "Where a new one goes: 'end' (default), 'top', { before: … } or { after: … } the first line that matches.",
    ),
} satisfies Shape<EditPlace>

type Place = z.output<typeof placeShape.place>

export const placeArgs = (place: Place): Args => {
  if (place === undefined || place === 'end') return {}
  if (place === 'top') return { place }
  return 'before' in place
    ? { place: 'before', ...patternArgs(place.before, 'anchor', 'anchorflags') }
    : { place: 'after', ...patternArgs(place.after, 'anchor', 'anchorflags') }
}

const schema = z.strictObject({
  id: singleLine.optional().describe('Its name within the file; left out: `match`, else the text.'),
  line: singleLine.optional().describe('The line, without its end.'),
  match: pattern.optional().describe('The line to replace: the first that matches. Without a match the line is added.'),
  ...placeShape,
  absent: z.boolean().optional().describe('No line that matches (or equals `line`) shall be there.'),
  create: z.boolean().optional().describe('Make the file when it is missing.'),
} satisfies Omit<Shape<LineProps>, 'mode'>)

export const lineResource = defineResource({
  type: 'line',
  summary: 'one line of a file that others write too',
  detail: `Its identity is \`id\`, else \`match\`, else the text: with an id, changing the text is an update.
A missing newline at the end of the file stays missing; files with NUL bytes are refused.`,
  reversal:
    'Exact while its neighbours are unchanged: that line alone is put back or taken out. An absence brings nothing back.',
  identity: {
    name: 'file and id',
    summary: 'PATH#ID; the function takes the path, and `id` as a property.',
    schema: partIdentity,
  },
  schema,
  examples: [
    { id: '/etc/hosts#db', props: { match: { regex: '\\sdb$', flags: '' }, line: '10.0.0.5 db' } },
    { id: '/etc/fstab#swap', props: { match: '\\sswap\\s', absent: true } },
  ],
  together(props, id) {
    if (props.id !== undefined && props.id !== partOf(id).part) return ['id is not the one that its identity says']
    if (props.absent === true)
      return props.line === undefined && props.match === undefined ? ['give match or line: which line shall go?'] : []
    return props.line === undefined ? ['line is missing; or write absent: true'] : []
  },
  lower(id, props) {
    const { path, part } = partOf(id)
    const args = {
      ...argsFrom({ id: part, line: props.line, absent: onlyYes(props.absent), create: onlyYes(props.create) }),
      ...patternArgs(props.match, 'match', 'flags'),
      ...placeArgs(props.place),
    }
    return { steps: [{ verb: 'LINE', target: normalPath(path), args }] }
  },
})
