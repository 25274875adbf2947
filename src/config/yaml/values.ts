import { textFromJson } from '../../text/from-json.ts'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `{ $text: [...] }` and `{ $secret: { env: NAME } }` become held text, at any depth. */
export const withHeldText = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withHeldText)
  if (!isRecord(value)) return value
  const names = Object.keys(value)
  if (names.length === 1 && names[0] === '$secret') return textFromJson({ $text: [{ secret: value.$secret }] }) ?? value
  if (names.length === 1 && names[0] === '$text') return textFromJson(value) ?? value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withHeldText(item)]))
}

/** `{ reload: app }` as what `reload('app')` returns; a map may name several, a list hold several. */
const actions = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.flatMap((item) => actions(item))
  if (!isRecord(value) || 'action' in value) return value
  return Object.entries(value).flatMap(([action, target]) =>
    (Array.isArray(target) ? target : [target]).map((one: unknown) => ({ action, target: one })),
  )
}

/** The properties of a resource as its function takes them. */
export const propsFromYaml = (value: unknown): Readonly<Record<string, unknown>> | undefined => {
  if (value === null || value === undefined) return {}
  if (!isRecord(value)) return undefined
  const props = Object.entries(value).map(([name, item]) => [
    name,
    name === 'onChange' ? actions(item) : withHeldText(item),
  ])
  return Object.fromEntries(props)
}
