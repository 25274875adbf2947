import type { z } from 'zod'
import { nearestHint } from './nearest.ts'
import { knownNames } from './schema-names.ts'

/** One mistake that a schema found, in words. */
export interface SchemaIssue {
  readonly code: 'unknown-property' | 'missing-property' | 'wrong-type' | 'wrong-value'
  readonly summary: string
  readonly hint?: string
  readonly path: readonly PropertyKey[]
}

type Issue = z.core.$ZodIssue

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of properties',
  record: 'a group of properties',
  null: 'null',
  undefined: 'left out',
}

const spoken = (expected: string): string => words[expected] ?? expected

/** A value as a person would say it, short. */
export const describeValue = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'string') return value.length > 40 ? `the text '${value.slice(0, 37)}…'` : `the text '${value}'`
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && '$text' in value ? 'held text' : 'a group of properties'
}

export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')

/** Everything that is wrong with `value`, all at once; `subject` names the whole where a mistake has no path. */
export const schemaIssues = (schema: z.ZodType, value: unknown, subject: string): readonly SchemaIssue[] => {
  const result = schema.safeParse(value, { reportInput: true })
  return result.success ? [] : result.error.issues.flatMap((issue) => inWords(issue, [], schema, value, subject))
}

const inWords = (
  issue: Issue,
  above: readonly PropertyKey[],
  schema: z.ZodType,
  whole: unknown,
  subject: string,
): readonly SchemaIssue[] => {
  const path = [...above, ...issue.path]
  const name = pathText(path) || subject
  if (issue.code === 'unrecognized_keys') {
    const known = knownNames(schema, path)
    return issue.keys.map((key) => {
      const hint = nearestHint(key, known)
      const summary = `unknown property '${pathText([...path, key])}'`
      return { code: 'unknown-property', summary, path: [...path, key], ...(hint === undefined ? {} : { hint }) }
    })
  }
  if (issue.code === 'invalid_union') return fromUnion(issue, path, schema, whole, subject)
  if (issue.code === 'invalid_key') {
    const why = issue.issues.map((one) => one.message).join('; ')
    return [{ code: 'wrong-value', summary: `${name}: ${why}`, path }]
  }
  const found = valueAt(whole, path)
  if (found === undefined && issue.code !== 'custom') {
    return [{ code: 'missing-property', summary: `${name} is missing${wanted(issue)}`, path }]
  }
  if (issue.code === 'invalid_type') {
    const summary = `${name} must be ${spoken(issue.expected)}, not ${describeValue(found)}`
    return [{ code: 'wrong-type', summary, path }]
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String)
    const hint = typeof found === 'string' ? nearestHint(found, values) : undefined
    const summary = `${name} must be ${choice(issue.values.map((v) => (typeof v === 'string' ? `'${v}'` : String(v))))}, not ${describeValue(found)}`
    return [{ code: 'wrong-value', summary, path, ...(hint?.startsWith('Did') ? { hint } : {}) }]
  }
  return [{ code: 'wrong-value', summary: `${name}: ${issue.message} (it is ${describeValue(found)})`, path }]
}

const wanted = (issue: Issue): string => (issue.code === 'invalid_type' ? `; it must be ${spoken(issue.expected)}` : '')

/** The branch of a union that fits best: the one that fails deepest; where all fail at once, what each expects. */
const fromUnion = (
  issue: Extract<Issue, { readonly code: 'invalid_union' }>,
  path: readonly PropertyKey[],
  schema: z.ZodType,
  whole: unknown,
  subject: string,
): readonly SchemaIssue[] => {
  const branches: readonly (readonly Issue[])[] = issue.errors
  const rootTypes = branches.map((branch) => branch.find((one) => one.code === 'invalid_type' && one.path.length === 0))
  const nearer = branches.find((_branch, index) => rootTypes[index] === undefined)
  if (nearer !== undefined && branches.length > 0 && nearer.some((one) => one.code !== 'invalid_value')) {
    return nearer.flatMap((one) => inWords(one, path, schema, whole, subject))
  }
  const expected = branches.flatMap((branch) =>
    branch.flatMap((one) => {
      if (one.code === 'invalid_type') return one.path.length === 0 ? [spoken(one.expected)] : []
      if (one.code === 'invalid_value') return one.values.map((v) => (typeof v === 'string' ? `'${v}'` : String(v)))
      return []
    }),
  )
  const name = pathText(path) || subject
  const found = valueAt(whole, path)
  if (found === undefined) return [{ code: 'missing-property', summary: `${name} is missing`, path }]
  const summary = `${name} must be ${choice([...new Set(expected)]) || issue.message}, not ${describeValue(found)}`
  return [{ code: 'wrong-type', summary, path }]
}

const choice = (options: readonly string[]): string =>
  options.length < 2 ? options.join('') : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    return (at as Readonly<Record<PropertyKey, unknown>>)[key]
  }, value)
