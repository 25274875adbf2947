import { z } from 'zod'
import type { Json } from '../../document/document.ts'
import { pointer } from '../../states/edits/pointer.ts'
import { isPart } from '../../text/from-json.ts'
import { defineResource, type LowerContext, type LoweredResource, type Shape } from '../definition.ts'
import type { KeyedValueProps } from '../keyed-value.ts'
import { partIdentity, partOf } from '../line/definition.ts'
import { argsFrom, normalPath, onlyYes } from '../properties.ts'

export const keyedSchema = z.strictObject({
  at: z
    .array(z.union([z.string(), z.int().min(0)]))
    .min(1, 'it names at least one key')
    .refine((keys) => keys.every((key) => !/[\n\r\0]/.test(String(key))), 'a key is one line')
    .meta({ title: '(text | number)[]' })
    .describe('The keys that lead to the value, from the outside in; a number is an item of a list.'),
  value: z
    .json()
    .optional()
    .meta({ title: 'JSON' })
    .describe('The value: text, a number, true or false, a list, an object.'),
  absent: z.boolean().optional().describe('The key shall not be there.'),
  create: z.boolean().optional().describe('Make the file when it is missing.'),
} satisfies Omit<Shape<KeyedValueProps>, 'mode'>)

type Props = z.output<typeof keyedSchema>

export const keyedIdentity = {
  name: 'file and keys',
  summary: 'PATH#/KEY/KEY; the function takes the path, and the keys as `at`.',
  schema: partIdentity,
}

/** What people should know of each of them. */
export const keyedDetail = `Everything else in the file stays byte for byte: comments, order, blank lines and indentation. A value that says the same
in another spelling is left as it is. A new key comes behind the last one beside it and is written as that one is; keys on
the way to it are made. A file that cannot be read is left alone, and the plan names the line. Values can hold facts, but
no secrets: they stand in plans and in the ledger.`

export const keyedReversal = `Exact: the value gets its earlier spelling back, or its key goes, together with the keys that were made around it. A table
that was there and empty goes too where several keys of it are undeclared one after the other.`

export const keyedTogether = (props: Props, id: string): readonly string[] => {
  if (props.absent === true && props.value !== undefined) return ['value and absent exclude each other']
  if (props.absent !== true && props.value === undefined) return ['value is missing; or write absent: true']
  const part = pointer(props.at)
  return partOf(id).part === part ? [] : [`at is not what its identity says: '${part}'`]
}

const isText = (value: Json): boolean => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const entries: readonly (readonly [string, Json])[] = Object.entries(value)
  return (
    entries.length === 1 &&
    entries.every(([name, parts]) => name === '$text' && Array.isArray(parts) && parts.every(isPart))
  )
}

/** The value with its facts filled in. */
const filled = (value: Json, property: string, context: LowerContext): Json => {
  if (typeof value !== 'object' || value === null) return value
  if (isText(value)) return context.plain(value, property) ?? ''
  if (Array.isArray(value)) return value.map((item: Json, index) => filled(item, `${property}[${index}]`, context))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: readonly [string, Json]) => [
      name,
      filled(inner, `${property}.${name}`, context),
    ]),
  )
}

export const keyedSteps = (verb: string, id: string, props: Props, context: LowerContext): LoweredResource => {
  const value = props.value === undefined ? undefined : JSON.stringify(filled(props.value, 'value', context))
  const args = argsFrom({ at: pointer(props.at), value, absent: onlyYes(props.absent), create: onlyYes(props.create) })
  return { steps: [{ verb, target: normalPath(partOf(id).path), args }] }
}

export const jsonResource = defineResource({
  type: 'json',
  summary: 'one value of a JSON file that others write too',
  detail: `${keyedDetail}
Comments (\`//\`, \`/* */\`) and commas at the end may be in the file, and stay.`,
  reversal: keyedReversal,
  identity: keyedIdentity,
  schema: keyedSchema,
  examples: [
    { id: '/etc/docker/daemon.json#/log-opts/max-size', props: { at: ['log-opts', 'max-size'], value: '10m' } },
    { id: '/etc/app.json#/features', props: { at: ['features'], value: ['a', 'b'], create: true } },
    { id: '/etc/app.json#/debug', props: { at: ['debug'], absent: true } },
  ],
  together: keyedTogether,
  lower: (id, props, context) => keyedSteps('JSON', id, props, context),
})
