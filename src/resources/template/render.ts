import { nearestHint } from '../../diagnostics/nearest.ts'
import type { Json } from '../../document/document.ts'
import { textPartsFromJson } from '../../text/from-json.ts'
import type { Part } from '../../text/text.ts'
import type { Node, TemplateMistake } from './parse.ts'

type Fields = { readonly [name: string]: Json }

/** What names mean at one place: the variables, or an item of a list with its key. */
interface Scope {
  readonly value: Json
  readonly key?: string
}

interface Rendering {
  readonly parts: Part[]
  readonly mistakes: TemplateMistake[]
}

/** More text than a configuration file has; ends lists in lists in lists. */
const partLimit = 1_000_000
/** Mistakes that are shown at once. */
const mistakeLimit = 20

const isFields = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && textPartsFromJson(value) === undefined

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const field = (value: Json, name: string): Json | undefined => {
  if (isList(value)) return /^[0-9]+$/.test(name) ? value[Number(name)] : undefined
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

const knownNames = (value: Json | undefined): readonly string[] => (isFields(value) ? Object.keys(value) : [])

type Found = { readonly value: Json } | { readonly missing: string; readonly known: readonly string[] }

const lookup = (name: string, scopes: readonly Scope[]): Found => {
  const [head = '', ...rest] = name.split('.')
  const inner = scopes.at(-1)
  const named = scopes.findLast((scope) => isFields(scope.value) && Object.hasOwn(scope.value, head))
  const start =
    head === 'this'
      ? inner?.value
      : head === '@key'
        ? scopes.findLast((scope) => scope.key !== undefined)?.key
        : named === undefined
          ? undefined
          : field(named.value, head)
  if (start === undefined) return { missing: head, known: scopes.flatMap((scope) => knownNames(scope.value)) }
  let value: Json = start
  let path = head
  for (const part of rest) {
    const next = field(value, part)
    path = `${path}.${part}`
    if (next === undefined) return { missing: path, known: knownNames(value) }
    value = next
  }
  return { value }
}

const variableAt = (
  node: { readonly name: string; readonly at: number },
  scopes: readonly Scope[],
  out: Rendering,
): Json | undefined => {
  const found = lookup(node.name, scopes)
  if ('value' in found) return found.value
  const last = found.missing.split('.').at(-1) ?? ''
  const hint = nearestHint(last, found.known)
  out.mistakes.push({
    code: 'template-variable',
    at: node.at,
    summary: `the variable '${found.missing}' is missing`,
    hint: hint ?? 'Add it to vars, or give it a value such as false where it may be left out.',
  })
  return undefined
}

const odd = (node: { readonly name: string; readonly at: number }, summary: string): TemplateMistake => ({
  code: 'template-variable',
  at: node.at,
  summary: `the variable '${node.name}' ${summary}`,
})

/** False, null, empty text and empty lists are no; all else is yes, also 0. */
const isYes = (value: Json): boolean =>
  value !== false && value !== null && value !== '' && !(isList(value) && value.length === 0)

const write = (node: Extract<Node, { is: 'value' }>, value: Json, out: Rendering): void => {
  const parts = textPartsFromJson(value)
  if (parts !== undefined) out.parts.push(...parts)
  else if (typeof value === 'number' || typeof value === 'boolean') out.parts.push(String(value))
  else if (value === null) out.mistakes.push(odd(node, 'is null'))
  else
    out.mistakes.push(
      odd(node, isList(value) ? 'is a list: go through it with #each' : 'is a group: name a part of it'),
    )
}

const itemsOf = (value: Json): readonly Scope[] | undefined => {
  if (isList(value)) return value.map((item) => ({ value: item }))
  return isFields(value) ? Object.entries(value).map(([key, item]) => ({ value: item, key })) : undefined
}

const renderNodes = (nodes: readonly Node[], scopes: readonly Scope[], out: Rendering): void => {
  for (const node of nodes) {
    if (out.parts.length > partLimit || out.mistakes.length >= mistakeLimit) return
    if (node.is === 'text') {
      out.parts.push(node.text)
      continue
    }
    const value = variableAt(node, scopes, out)
    if (value === undefined) continue
    if (node.is === 'value') write(node, value, out)
    else if (node.is === 'if') {
      const held = textPartsFromJson(value)?.some((part) => typeof part !== 'string') === true
      if (held) out.mistakes.push(odd(node, 'is not known yet: a secret or probe output decides nothing'))
      else renderNodes(isYes(value) ? node.body : node.otherwise, scopes, out)
    } else {
      const items = itemsOf(value)
      if (items === undefined) out.mistakes.push(odd(node, 'is no list'))
      for (const item of items ?? []) renderNodes(node.body, [...scopes, item], out)
    }
  }
}

/** The text of a template, with holes where its variables have some; and all that is wrong. */
export const renderTemplate = (nodes: readonly Node[], vars: Fields): Rendering => {
  const out: Rendering = { parts: [], mistakes: [] }
  renderNodes(nodes, [{ value: vars }], out)
  if (out.parts.length > partLimit)
    out.mistakes.push({ code: 'template-syntax', at: 0, summary: `it becomes more than ${partLimit} pieces of text` })
  return out
}
