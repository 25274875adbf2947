import { nearestHint } from '../diagnostics/nearest.ts'
import type { Selector } from './selector.ts'
import { selectorError } from './selector-tokens.ts'

/** What a host offers to selectors. */
export interface Selectable {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** What selectors may refer to. */
export interface SelectorScope<H extends Selectable> {
  /** The selector as written, for messages. */
  readonly text: string
  readonly hosts: ReadonlyMap<string, H>
  readonly labelNames: ReadonlySet<string>
  readonly groupNames: Iterable<string>
  inGroup(name: string, host: H): boolean
  /** Undefined where nothing is known of the host. */
  factsOf(host: H): Readonly<Record<string, unknown>> | undefined
}

const isGlob = (pattern: string): boolean => /[*?]/.test(pattern)

/** `*` and `?` only; without backtracking, whatever the pattern. */
export const globMatches = (pattern: string, text: string): boolean => {
  let p = 0
  let t = 0
  let star = -1
  let mark = 0
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++
      mark = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Throws for names that exist nowhere, so that a misspelling never selects silently. */
export const checkNames = <H extends Selectable>(selector: Selector, scope: SelectorScope<H>): void => {
  switch (selector.is) {
    case 'and':
    case 'or':
      for (const one of selector.of) checkNames(one, scope)
      return
    case 'not':
      checkNames(selector.of, scope)
      return
    case 'group': {
      const { name, at } = selector
      const names = [...scope.groupNames]
      if (!names.includes(name)) throw unknown(scope, at, `no group is named '${name}'`, name, names)
      return
    }
    case 'name': {
      const { pattern, at } = selector
      if (isGlob(pattern) || scope.hosts.has(pattern)) return
      throw unknown(scope, at, `no host is named '${pattern}'`, pattern, scope.hosts.keys())
    }
    case 'match': {
      const { field, at } = selector
      if (field.startsWith('facts.') || scope.labelNames.has(field)) return
      throw unknown(scope, at, `no host has a label '${field}'`, field, scope.labelNames)
    }
    default:
      selector satisfies never
  }
}

const unknown = <H extends Selectable>(
  scope: SelectorScope<H>,
  at: number,
  what: string,
  name: string,
  names: Iterable<string>,
): Error => selectorError(scope.text, at, what, nearestHint(name, names) ?? 'See `hexis hosts`.')

export const matches = <H extends Selectable>(selector: Selector, host: H, scope: SelectorScope<H>): boolean => {
  switch (selector.is) {
    case 'and':
      return selector.of.every((one) => matches(one, host, scope))
    case 'or':
      return selector.of.some((one) => matches(one, host, scope))
    case 'not':
      return !matches(selector.of, host, scope)
    case 'name':
      return globMatches(selector.pattern, host.name)
    case 'group':
      return scope.inGroup(selector.name, host)
    case 'match': {
      const value = fieldOf(selector.field, selector.at, host, scope)
      return value !== undefined && selector.values.some((wanted) => globMatches(wanted, value))
    }
    default:
      return selector satisfies never
  }
}

const fieldOf = <H extends Selectable>(
  field: string,
  at: number,
  host: H,
  scope: SelectorScope<H>,
): string | undefined => {
  if (!field.startsWith('facts.')) return Object.hasOwn(host.labels, field) ? host.labels[field] : undefined
  const facts = scope.factsOf(host)
  if (facts === undefined) {
    const hint = `Run \`hexis facts --on ${host.name}\` first; it keeps them in .hexis/facts/.`
    throw selectorError(scope.text, at, `the facts of ${host.name} are not known`, hint)
  }
  let value: unknown = facts
  for (const name of field.split('.').slice(1)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[name]
  }
  return typeof value === 'object' ? undefined : String(value)
}
