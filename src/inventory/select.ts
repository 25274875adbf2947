import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { nearestHint } from '../diagnostics/nearest.ts'
import type { Inventory, InventoryHost } from './inventory.ts'
import type { Selector } from './selector.ts'
import type { SelectorScope } from './selector-evaluate.ts'
import { checkNames, matches } from './selector-evaluate.ts'
import { parseSelector } from './selector-parse.ts'
import { selectorError } from './selector-tokens.ts'

/** Facts per host name, as far as they are known. */
export type FactsByHost = ReadonlyMap<string, Readonly<Record<string, unknown>>>

const scopeOf = (inventory: Inventory, text: string, facts: FactsByHost): SelectorScope<InventoryHost> => ({
  text,
  hosts: inventory.hosts,
  labelNames: inventory.labelNames,
  groupNames: inventory.groups.keys(),
  inGroup: (name, host) => host.groups.includes(name),
  factsOf: (host) => facts.get(host.name),
})

/** A selector whose syntax and names are right. @throws DiagnosticError for what is not */
export const checkSelector = (inventory: Inventory, selector: string): Selector => {
  const parsed = parseSelector(selector)
  checkNames(parsed, scopeOf(inventory, selector, new Map()))
  return parsed
}

/** The hosts that a selector picks, in written order; possibly none. @throws DiagnosticError for unknown names */
export const matching = (
  inventory: Inventory,
  selector: string,
  facts: FactsByHost = new Map(),
): readonly InventoryHost[] => {
  const parsed = checkSelector(inventory, selector)
  const scope = scopeOf(inventory, selector, facts)
  return [...inventory.hosts.values()].filter((host) => matches(parsed, host, scope))
}

/** True when the selector picks this host. @throws DiagnosticError for unknown names and facts */
export const picks = (
  inventory: Inventory,
  selector: string,
  host: InventoryHost,
  facts: FactsByHost = new Map(),
): boolean => matches(checkSelector(inventory, selector), host, scopeOf(inventory, selector, facts))

/**
 * The hosts that a person picked: all when nothing is written.
 *
 * @throws DiagnosticError for a selector that cannot be read, names something unknown, or matches nothing
 */
export const select = (
  inventory: Inventory,
  selector: string | undefined,
  facts: FactsByHost = new Map(),
): readonly InventoryHost[] => {
  if (selector === undefined) return [...inventory.hosts.values()]
  const found = matching(inventory, selector, facts)
  if (found.length > 0) return found
  throw selectorError(
    selector,
    1,
    'matches no host',
    `Hosts: ${[...inventory.hosts.keys()].slice(0, 20).join(', ')}. See \`hexis hosts\`.`,
  )
}

/** @throws DiagnosticError when the inventory has no such host */
export const hostNamed = (inventory: Inventory, name: string): InventoryHost => {
  const host = inventory.hosts.get(name)
  if (host !== undefined) return host
  const hint = nearestHint(name, inventory.hosts.keys())
  const diagnostic: Diagnostic = { severity: 'error', code: 'unknown-host', summary: `no host is named '${name}'` }
  throw new DiagnosticError({ ...diagnostic, ...(hint === undefined ? {} : { hint }) })
}
