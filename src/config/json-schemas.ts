import { z } from 'zod'
import { documentSchema } from '../document/json-schema.ts'
import type { Schemas } from '../document/validate.ts'
import { yamlSite } from './yaml/schema.ts'

type JsonSchema = Readonly<Record<string, unknown>>

const oneOrMore = z.union([z.string(), z.array(z.string())])
const yamlAction = z.strictObject({
  reload: oneOrMore.optional(),
  restart: oneOrMore.optional(),
  run: oneOrMore.optional(),
})
const runMode = z.enum(['enforce', 'audit'])

/** What every resource takes beside its own properties, as YAML writes it. */
const yamlFields = {
  after: oneOrMore.optional(),
  onChange: z.union([yamlAction, z.array(yamlAction)]).optional(),
  restartOn: oneOrMore.optional(),
  onRemoval: z.enum(['undo', 'keep']).optional(),
}

/** Names that YAML and TypeScript use where the type of the document is a reserved word. */
const writtenNames: Readonly<Record<string, string>> = { package: 'pkg' }

const withFields = (props: z.ZodType): z.ZodType => {
  if (!(props instanceof z.ZodObject)) return props
  const shape: Readonly<Record<string, z.core.$ZodType>> = props.shape
  const own = shape.mode
  return z.strictObject({
    ...shape,
    ...yamlFields,
    mode: own === undefined ? runMode.optional() : z.union([own, runMode]).optional(),
  })
}

const yamlSchema = (schemas: Schemas): z.ZodType => {
  const resources = [...schemas].map(([type, props]) => {
    const byName = z.record(z.string(), z.union([withFields(props), z.null()]))
    const written = z.union([byName, z.array(z.union([z.string(), byName]))]).optional()
    return [writtenNames[type] ?? type, written] as const
  })
  const entry = z.strictObject({ on: z.string().optional(), ...Object.fromEntries(resources) })
  return yamlSite.extend({ configure: z.array(entry).optional() })
}

const toJsonSchema = (schema: z.ZodType, title: string): JsonSchema => ({
  title,
  ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'ref' }),
})

/** JSON Schemas for `hexis.yaml` and for host documents, both from the one schema of each resource. */
export const jsonSchemas = (schemas: Schemas): { readonly yaml: JsonSchema; readonly document: JsonSchema } => ({
  yaml: toJsonSchema(yamlSchema(schemas), 'hexis.yaml'),
  document: toJsonSchema(documentSchema(schemas), 'Hexis host document'),
})
