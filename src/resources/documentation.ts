import { z } from 'zod'
import type { Json } from '../document/document.ts'
import type { ResourceDefinition } from './definition.ts'

/** One property on the manual page of a resource. */
export interface PropertyDocumentation {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly summary: string
}

/** The manual page of a resource, as data. */
export interface ResourceDocumentation {
  readonly name: string
  readonly summary: string
  readonly detail: string
  readonly reversal: string
  readonly properties: readonly PropertyDocumentation[]
  readonly examples: readonly string[]
}

/** Properties of every resource; they are fields of the document. */
const everywhere: readonly PropertyDocumentation[] = [
  {
    name: 'after',
    type: 'resource or list',
    required: false,
    summary: 'What must come first, beyond what Hexis sees by itself.',
  },
  {
    name: 'onChange',
    type: 'reload(), restart(), run()',
    required: false,
    summary: 'What to do after this changed, once.',
  },
  {
    name: 'onRemoval',
    type: "'undo' | 'keep'",
    required: false,
    summary: 'When no longer declared: undone (default), or stays.',
  },
]

const auditable: PropertyDocumentation = {
  name: 'mode',
  type: "'enforce' | 'audit'",
  required: false,
  summary: 'With audit it is shown in plans and never changed.',
}

const words: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  string: 'text',
  number: 'number',
  int: 'number',
}

/** A schema in words: its title where it has one. */
export const typeWords = (schema: z.core.$ZodType): string => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return typeWords(schema.unwrap())
  const title = schema instanceof z.ZodType ? schema.meta()?.title : undefined
  if (title !== undefined) return title
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.map(typeWords))].join(' | ')
  if (schema instanceof z.ZodArray) return `list of ${typeWords(schema.element)}`
  if (schema instanceof z.ZodRecord) return `names and ${typeWords(schema.valueType)}`
  if (schema instanceof z.ZodEnum) return schema.options.map((one) => `'${one}'`).join(' | ')
  if (schema instanceof z.ZodLiteral)
    return [...schema.values].map((one) => (typeof one === 'string' ? `'${one}'` : String(one))).join(' | ')
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape
    return `{ ${Object.entries(shape)
      .map(([name, value]) => `${name}: ${typeWords(value)}`)
      .join(', ')} }`
  }
  return words[schema._zod.def.type] ?? schema._zod.def.type
}

const propertiesOf = (definition: ResourceDefinition): readonly PropertyDocumentation[] => {
  const shape: Readonly<Record<string, z.core.$ZodType>> = definition.schema.shape
  const own = Object.entries(shape).map(([name, schema]) => ({
    name,
    type: typeWords(schema),
    required: !(schema instanceof z.ZodOptional),
    summary: schema instanceof z.ZodType ? (schema.description ?? '') : '',
  }))
  return [...own, ...everywhere, ...('mode' in shape ? [] : [auditable])]
}

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

const literal = (value: Json): string => {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  const group = value as { readonly [name: string]: Json }
  if (typeof group.regex === 'string') return `/${group.regex}/${String(group.flags ?? '')}`
  const fields = Object.entries(group).map(
    ([name, one]) => `${/^\w+$/.test(name) ? name : quoted(name)}: ${literal(one)}`,
  )
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** An example as people write it. */
export const exampleCode = (
  definition: ResourceDefinition,
  example: ResourceDefinition['examples'][number],
): string => {
  const at = definition.identity.name === 'file and id' ? example.id.indexOf('#') : -1
  const id = at === -1 ? example.id : example.id.slice(0, at)
  const props = at === -1 ? example.props : { id: example.id.slice(at + 1), ...example.props }
  const written = Object.keys(props).length === 0 ? '' : `, ${literal(props)}`
  return `${definition.functionName}(${quoted(id)}${written})`
}

export const documentationOf = (definition: ResourceDefinition): ResourceDocumentation => ({
  name: definition.functionName,
  summary: definition.summary,
  detail: definition.detail,
  reversal: definition.reversal,
  properties: [
    {
      name: `(${definition.identity.name})`,
      type: 'first argument',
      required: true,
      summary: definition.identity.summary,
    },
    ...propertiesOf(definition),
  ],
  examples: definition.examples.map((example) => exampleCode(definition, example)),
})

/** The manual page of a resource as plain text. */
export const resourceDoc = (definition: ResourceDefinition): string => {
  const page = documentationOf(definition)
  const rows = page.properties.map((p) => [`${p.name}${p.required ? '' : '?'}`, p.type, p.summary] as const)
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length))
  const [first, second] = [width(0), width(1)]
  return [
    `${page.name} – ${page.summary}`,
    '',
    page.detail,
    '',
    'Properties',
    ...rows.map(([name, type, summary]) => `  ${name.padEnd(first)}  ${type.padEnd(second)}  ${summary}`.trimEnd()),
    '',
    'Way back',
    ...page.reversal.split('\n').map((line) => `  ${line}`),
    '',
    page.examples.length === 1 ? 'Example' : 'Examples',
    ...page.examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}
