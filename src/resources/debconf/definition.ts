import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { needsDpkg } from '../divert/definition.ts'
import { asJson, textProperty } from '../properties.ts'
import type { DebconfProps } from './debconf.ts'

/** Why debconf would not read an answer as it is meant. */
const mistakeOf = (value: string): string | undefined => {
  if (/[\n\r\0]/.test(value)) return 'value: it is one line'
  if (value !== value.trim()) return 'value: spaces around it would be lost'
  return value.endsWith('\\') ? 'value: a backslash at its end would take in the next line' : undefined
}

const schema = z.strictObject({
  package: z
    .string()
    .regex(/^[a-z0-9][a-z0-9+.-]+$/, 'it is the name of a package')
    .describe('The package that asks.'),
  value: z.union([textProperty, z.boolean()]).describe('The answer.'),
  type: z
    .enum(['string', 'boolean', 'select', 'multiselect'])
    .optional()
    .describe('What sort of question it is; left out: boolean for true and false, else string.'),
} satisfies Omit<Shape<DebconfProps>, 'mode'>)

export const debconfResource = defineResource({
  type: 'debconf',
  summary: 'the answer to what a package asks when it is installed',
  detail: `By debconf-set-selections, for the Debian family. The answer counts as seen, so that nobody is asked. The package,
where it is declared too, comes after it; one that is there already reads the answer when it is configured anew: say
\`onChange: run('dpkg-reconfigure -f noninteractive PACKAGE')\`. Answers can hold facts, but no secrets: they stand in plans
and in a file that is no place for them.`,
  reversal: 'The earlier answer comes back, or the question goes; what a package made of it stays (best effort).',
  identity: {
    name: 'question',
    summary: 'Name of the question, as debconf-show lists it.',
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_.+:-]+(\/[A-Za-z0-9_.+:-]+)+$/, "a question is written as 'package/question'"),
  },
  schema,
  examples: [
    {
      id: 'postfix/main_mailer_type',
      props: { package: 'postfix', type: 'select', value: 'Local only' },
    },
    { id: 'man-db/auto-update', props: { package: 'man-db', value: false } },
  ],
  together({ value, type }) {
    if (typeof value === 'boolean')
      return type === undefined || type === 'boolean' ? [] : ['true and false are boolean']
    if (type === 'boolean') return ['the answer to a boolean question is true or false']
    const mistake = typeof value === 'string' ? mistakeOf(value) : undefined
    return mistake === undefined ? [] : [mistake]
  },
  lower(id, { package: owner, value, type }, context) {
    needsDpkg(context, 'debconf')
    const text = typeof value === 'boolean' ? String(value) : (context.plain(asJson(value), 'value') ?? '')
    const summary = mistakeOf(text)
    if (summary !== undefined) context.report({ code: 'wrong-value', summary })
    const as = type ?? (typeof value === 'boolean' ? 'boolean' : 'string')
    const name = context.profile.name('packages', owner)
    return { steps: [{ verb: 'DEBCONF', target: id, args: { as, package: name, seen: 'yes', value: text } }] }
  },
})
