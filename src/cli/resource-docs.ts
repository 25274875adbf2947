import { z } from 'zod'
import type { Json } from '../document/document.ts'
import type { Example, ResourceDefinition } from '../resources/definition.ts'
import type { ResourceDoc } from './ports.ts'

/** The little of JSON Schema that the properties of resources use. */
const propertySchema = z.looseObject({
  title: z.string().optional(),
  description: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.json()).optional(),
  const: z.json().optional(),
  get items() {
    return propertySchema.optional()
  },
  get anyOf() {
    return z.array(propertySchema).optional()
  },
})
type PropertySchema = z.output<typeof propertySchema>
const objectSchema = z.looseObject({
  properties: z.record(z.string(), propertySchema).default({}),
  required: z.array(z.string()).default([]),
})

/** A type as a person reads it: `text`, `'a' | 'b'`, `name[]`. */
const typeText = (schema: PropertySchema): string => {
  if (schema.title !== undefined) return schema.title
  if (schema.const !== undefined) return typeof schema.const === 'string' ? `'${schema.const}'` : String(schema.const)
  if (schema.enum !== undefined)
    return schema.enum.map((v) => (typeof v === 'string' ? `'${v}'` : String(v))).join(' | ')
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeText))].join(' | ')
  if (schema.items !== undefined) {
    const item = typeText(schema.items)
    return item.includes('|') ? `(${item})[]` : `${item}[]`
  }
  return [schema.type ?? 'any'].flat().join(' | ')
}

const isName = /^[A-Za-z_$][\w$]*$/
const quote = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\t', '\\t')}'`

/** Document JSON as the TypeScript that people write. */
const literal = (value: Json): string => {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  const entries: readonly (readonly [string, Json])[] = Object.entries(value)
  const pattern = new Map(entries)
  const regex = pattern.get('regex')
  const flags = pattern.get('flags') ?? ''
  if (typeof regex === 'string' && typeof flags === 'string') return `/${regex.replaceAll('/', '\\/')}/${flags}`
  const fields = entries.map(([name, inner]) => `${isName.test(name) ? name : quote(name)}: ${literal(inner)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** A part of a file (`/etc/hosts#db`) is written as the path, with `id` among the properties where that names it. */
const exampleText = (definition: ResourceDefinition, example: Example): string => {
  const [path = '', part] = example.id.split('#')
  const props =
    part === undefined || !('id' in definition.schema.shape) ? example.props : { id: part, ...example.props }
  const written = Object.keys(props).length === 0 ? '' : `, ${literal(props)}`
  return `${definition.functionName}(${quote(example.given ?? path)}${written})`
}

/** The page of one resource, from its definition alone. */
export const resourceDoc = (definition: ResourceDefinition): ResourceDoc => {
  const schema = objectSchema.parse(
    z.toJSONSchema(definition.schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }),
  )
  return {
    name: definition.type,
    call: definition.functionName,
    summary: definition.summary,
    detail: definition.detail,
    reversal: definition.reversal,
    identity: { name: definition.identity.name, summary: definition.identity.summary },
    properties: Object.entries(schema.properties).map(([name, property]) => ({
      name,
      type: typeText(property),
      required: schema.required.includes(name),
      summary: property.description ?? '',
    })),
    examples: definition.examples.map((example) => exampleText(definition, example)),
  }
}
