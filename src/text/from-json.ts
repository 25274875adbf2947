import { held } from './held.ts'
import type { Part, Text } from './text.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSecret = (value: unknown): boolean => {
  if (!isObject(value) || Object.keys(value).length !== 1) return false
  if ([value.env, value.file, value.age].some((name) => typeof name === 'string')) return true
  const argv = value.command
  return Array.isArray(argv) && argv.length > 0 && argv.every((word) => typeof word === 'string')
}

/** True for a literal or a hole as documents write them. */
export const isPart = (value: unknown): value is Part => {
  if (typeof value === 'string') return true
  if (!isObject(value) || Object.keys(value).length !== 1) return false
  return typeof value.probe === 'string' || typeof value.fact === 'string' || isSecret(value.secret)
}

/** The parts of a text as it stands in a document: a string, or `{ $text: [part, …] }`. Undefined for anything else. */
export const textPartsFromJson = (value: unknown): readonly Part[] | undefined => {
  if (typeof value === 'string') return [value]
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined
  const parts = value.$text
  return Array.isArray(parts) && parts.every(isPart) ? parts : undefined
}

/** Text from document JSON: a string stays one, `{ $text }` becomes held. Undefined when it is neither. */
export const textFromJson = (value: unknown): Text | undefined => {
  const parts = textPartsFromJson(value)
  if (parts === undefined) return undefined
  return typeof value === 'string' ? value : held(parts)
}
