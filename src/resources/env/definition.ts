import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { partIdentity, partOf } from '../line/definition.ts'
import { argsFrom, asJson, normalPath, onlyYes, textProperty } from '../properties.ts'
import type { EnvProps } from './env.ts'

const schema = z.strictObject({
  key: z
    .string()
    .regex(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      'the name of a variable has letters, digits and _, and does not start with a digit',
    )
    .describe('The name of the variable.'),
  value: z
    .union([textProperty, z.number()])
    .optional()
    .describe('What programs shall read; quotes are added as needed.'),
  quote: z
    .boolean()
    .optional()
    .describe('false: the value is written as it is, for files in which quotes are part of it (docker --env-file).'),
  export: z.boolean().optional().describe('A new assignment gets `export` before it.'),
  absent: z.boolean().optional().describe('The variable shall not be assigned here.'),
  create: z.boolean().optional().describe('Make the file when it is missing.'),
} satisfies Omit<Shape<EnvProps>, 'mode'>)

type Props = z.output<typeof schema>

const valueMistake = (value: string, { quote }: Props): readonly string[] => {
  if (/[\n\r\0]/.test(value)) return ['value: it is one line']
  return quote === false && value !== value.trim() ? ['value: without quotes, spaces around it would be lost'] : []
}

export const envResource = defineResource({
  type: 'env',
  summary: 'one assignment of a file of variables that others write too',
  detail: `For what shells, systemd (EnvironmentFile) and containers read. A value that says the same in other quotes is left
as it is; where something has to be written, quotes are added as needed, and comments, \`export\` and indentation stay.
A new one comes at the end; of several assignments of one name the last is set, as programs read them. Everything else
stays byte for byte. Values can hold facts, but no secrets: they stand in plans and in the ledger.`,
  reversal: 'Exact: the assignment gets its earlier spelling back, or goes.',
  identity: {
    name: 'file and variable',
    summary: 'PATH#KEY; the function takes the path, and `key` as a property.',
    schema: partIdentity,
  },
  schema,
  examples: [
    { id: '/etc/default/app#OPTIONS', props: { key: 'OPTIONS', value: '--port 8080' } },
    { id: '/etc/environment#http_proxy', props: { key: 'http_proxy', absent: true } },
  ],
  together(props, id) {
    if (props.absent === true) return props.value === undefined ? [] : ['value and absent exclude each other']
    if (props.value === undefined) return ['value is missing; or write absent: true']
    if (partOf(id).part !== props.key) return ['key is not the one that its identity says']
    return typeof props.value === 'string' ? valueMistake(props.value, props) : []
  },
  lower(id, props, context) {
    const value = typeof props.value === 'number' ? String(props.value) : props.value
    const text = value === undefined ? undefined : context.plain(asJson(value), 'value')
    for (const summary of valueMistake(text ?? '', props)) context.report({ code: 'wrong-value', summary })
    const args = argsFrom({
      key: props.key,
      value: text,
      quote: props.quote === false ? 'no' : undefined,
      export: onlyYes(props.export),
      absent: onlyYes(props.absent),
      create: onlyYes(props.create),
    })
    return { steps: [{ verb: 'ENV', target: normalPath(partOf(id).path), args }] }
  },
})
