import { z } from 'zod'
import { commentAt } from '../../states/edits/ini.ts'
import { defineResource, type Shape } from '../definition.ts'
import { partIdentity, partOf } from '../line/definition.ts'
import { argsFrom, asJson, normalPath, onlyYes, singleLine, textProperty } from '../properties.ts'
import { type IniProps, iniPart } from './ini.ts'

const schema = z.strictObject({
  section: singleLine
    .regex(/^[^\s[\]]([^[\]]*[^\s[\]])?$/, 'a section is the name between the brackets, without spaces around it')
    .optional()
    .describe('The section, as it stands between the brackets; left out: before any section.'),
  key: singleLine
    .regex(/^[^\s=#;[]([^=]*[^\s=])?$/, 'a key has no =, no spaces around it, and does not start with #, ; or [')
    .refine((key) => !/:(\s|$)/.test(key), 'a key does not end in a colon')
    .describe('The key.'),
  value: z
    .union([textProperty, z.number()])
    .optional()
    .describe('The value as it stands in the file, with quotes where the program wants them.'),
  bare: z.boolean().optional().describe('The key stands alone, without = and a value.'),
  inlineComments: z
    .boolean()
    .optional()
    .describe(
      'In this file a space and # or ; behind a value begin a comment, which stays; left out: part of the value.',
    ),
  absent: z.boolean().optional().describe('The key shall not be there.'),
  create: z.boolean().optional().describe('Make the file when it is missing.'),
} satisfies Omit<Shape<IniProps>, 'mode'>)

type Props = z.output<typeof schema>

/** Why a reader would not read this value as it is meant. */
const valueMistake = (value: string, { inlineComments }: Props): readonly string[] => {
  if (/[\n\r\0]/.test(value)) return ['value: it is one line']
  if (value !== value.trim()) return ['value: spaces around it would be lost; put it into quotes']
  if (value.endsWith('\\')) return ['value: a backslash at its end would make the next line a part of it']
  return inlineComments === true && commentAt(` ${value}`) !== -1 ? ['value: from # or ; on it would be a comment'] : []
}

const mistakesOf = (props: Props): readonly string[] => {
  const given = [props.value !== undefined, props.bare === true, props.absent === true].filter(Boolean).length
  if (given === 0) return ['value is missing; or write bare: true, or absent: true']
  if (given > 1) return ['value, bare and absent exclude each other: give one of them']
  return typeof props.value === 'string' ? valueMistake(props.value, props) : []
}

export const iniResource = defineResource({
  type: 'ini',
  summary: 'one entry of a file of sections, keys and values that others write too',
  detail: `Everything else in the file stays byte for byte: comments, order, blank lines, and how the line itself is written.
A new entry comes after the last one of its section and is written as that one is; a section that is missing is added at
the end. Of several entries of one name the last is set, as programs read them. Lines that go on with a value (indented
more, or behind a backslash) belong to it; where that is not certain, the file is left alone and the plan says so.
Names are compared as they are written. Values can hold facts, but no secrets: they stand in plans and in the ledger.`,
  reversal: 'Exact: the entry gets its earlier spelling back, or goes, together with the section that was made for it.',
  identity: {
    name: 'file, section and key',
    summary: 'PATH#[SECTION]KEY; the function takes the path, and `section` and `key` as properties.',
    schema: partIdentity,
  },
  schema,
  examples: [
    { id: '/etc/php.ini#[PHP]memory_limit', props: { section: 'PHP', key: 'memory_limit', value: '256M' } },
    { id: '/etc/pacman.conf#[options]Color', props: { section: 'options', key: 'Color', bare: true } },
    { id: '/etc/app.ini#debug', props: { key: 'debug', absent: true } },
  ],
  together(props, id) {
    const mistakes = mistakesOf(props)
    if (mistakes.length > 0) return mistakes
    const part = iniPart(props)
    return partOf(id).part === part ? [] : [`section and key are not those that its identity says: '${part}'`]
  },
  lower(id, props, context) {
    const value = typeof props.value === 'number' ? String(props.value) : props.value
    const text = value === undefined ? undefined : context.plain(asJson(value), 'value')
    for (const summary of valueMistake(text ?? '', props)) context.report({ code: 'wrong-value', summary })
    const args = argsFrom({
      section: props.section,
      key: props.key,
      value: text,
      bare: onlyYes(props.bare),
      inline: onlyYes(props.inlineComments),
      absent: onlyYes(props.absent),
      create: onlyYes(props.create),
    })
    return { steps: [{ verb: 'INI', target: normalPath(partOf(id).path), args }] }
  },
})
