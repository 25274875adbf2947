import type { Source } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { InventoryDeclaration } from './declaration.ts'
import type { InventoryGroup } from './inventory.ts'
import type { Selectable, SelectorScope } from './selector-evaluate.ts'
import { checkNames, matches } from './selector-evaluate.ts'
import { parseSelector } from './selector-parse.ts'
import { selectorError } from './selector-tokens.ts'

/**
 * Groups and who belongs to them. A group may name other groups; facts are not known yet where variables are made, so
 * groups may not ask for them.
 */
export const groupsOf = (
  declared: InventoryDeclaration,
  labelNames: ReadonlySet<string>,
  locate: (path: readonly PropertyKey[]) => Source | undefined,
): {
  readonly groups: ReadonlyMap<string, InventoryGroup>
  readonly memberships: ReadonlyMap<string, readonly string[]>
} => {
  const hosts = new Map<string, Selectable>(
    Object.entries(declared.hosts).map(([name, host]) => [name, { name, labels: host.labels ?? {} }]),
  )
  const groups = new Map<string, InventoryGroup>()
  const scopeOf = (text: string, open: readonly string[]): SelectorScope<Selectable> => ({
    text,
    hosts,
    labelNames,
    groupNames: Object.keys(declared.groups),
    inGroup: (name, host) => belongs(name, host, open),
    factsOf: () => {
      throw selectorError(text, 1, 'a group cannot depend on facts', 'Use a label, or if (host.facts…) in configure.')
    },
  })
  const belongs = (name: string, host: Selectable, open: readonly string[]): boolean => {
    const group = groups.get(name)
    const text = declared.groups[name]?.on ?? ''
    if (open.includes(name)) throw selectorError(text, 1, `groups contain each other: ${[...open, name].join(' → ')}`)
    return group !== undefined && matches(group.on, host, scopeOf(text, [...open, name]))
  }
  const memberships = new Map<string, string[]>([...hosts.keys()].map((name) => [name, []]))
  for (const [name, group] of Object.entries(declared.groups)) {
    at(locate(['groups', name, 'on']), () => {
      const on = parseSelector(group.on)
      checkNames(on, scopeOf(group.on, []))
      groups.set(name, { name, on, vars: group.vars ?? {} })
    })
  }
  for (const name of groups.keys()) {
    at(locate(['groups', name, 'on']), () => {
      for (const host of hosts.values()) if (belongs(name, host, [])) memberships.get(host.name)?.push(name)
    })
  }
  return { groups, memberships }
}

/** Adds the position to diagnostics that have none. */
const at = (source: Source | undefined, work: () => void): void => {
  try {
    work()
  } catch (error) {
    if (!(error instanceof DiagnosticError) || source === undefined) throw error
    throw new DiagnosticError(error.diagnostics.map((d) => ({ source, ...d })))
  }
}
