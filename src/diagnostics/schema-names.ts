import { z } from 'zod'

/** The schemas that may stand at one step below `schema`. */
const below = (schema: z.core.$ZodType, key: PropertyKey): readonly z.core.$ZodType[] =>
  unwrapped(schema).flatMap((one) => {
    if (one instanceof z.ZodObject) {
      const shape: Readonly<Record<string, z.core.$ZodType>> = one.shape
      const inner = shape[String(key)]
      return inner === undefined ? [] : [inner]
    }
    if (one instanceof z.ZodArray) return [one.element]
    if (one instanceof z.ZodRecord) return [one.valueType]
    return []
  })

/** A schema without the wrappers that do not change which names it knows; a union yields its branches. */
const unwrapped = (schema: z.core.$ZodType): readonly z.core.$ZodType[] => {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrapped)
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in)
  if (schema instanceof z.ZodLazy) return unwrapped(schema.unwrap())
  if (schema instanceof z.ZodIntersection) return [...unwrapped(schema.def.left), ...unwrapped(schema.def.right)]
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrapped(schema.unwrap())
  }
  return [schema]
}

/** The property names that `schema` knows at `path`. */
export const knownNames = (schema: z.core.$ZodType, path: readonly PropertyKey[] = []): readonly string[] => {
  const at = path.reduce<readonly z.core.$ZodType[]>(
    (schemas, key) => schemas.flatMap((one) => below(one, key)),
    [schema],
  )
  const names = at.flatMap(unwrapped).flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []))
  return [...new Set(names)]
}
