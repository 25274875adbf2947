import { callSites } from '../diagnostics/call-sites.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { nearestHint } from '../diagnostics/nearest.ts'
import type { Inventory, InventoryHost } from '../inventory/inventory.ts'
import type { FactsByHost } from '../inventory/select.ts'
import { matching } from '../inventory/select.ts'

type Facts = Readonly<Record<string, unknown>>

/** Names that the language itself asks any object for. */
const askedByLanguage: ReadonlySet<PropertyKey> = new Set(['then', 'toJSON', 'constructor'])

const fail = (diagnostic: Omit<Diagnostic, 'severity' | 'source'>): never => {
  const source = callSites()[0]
  throw new DiagnosticError({ severity: 'error', ...diagnostic, ...(source === undefined ? {} : { source }) })
}

/** An object whose unknown names are answered by `missing` instead of a silent undefined. */
const strict = <T extends object>(target: T, missing: (name: string) => unknown): T =>
  new Proxy(target, {
    get(object, name, receiver) {
      if (typeof name === 'symbol' || Object.hasOwn(object, name)) return Reflect.get(object, name, receiver)
      return askedByLanguage.has(name) ? undefined : missing(name)
    },
    set(_object, name) {
      return fail({
        code: 'not-changeable',
        summary: `${String(name)} cannot be changed`,
        hint: 'What a host has is read in configure.',
      })
    },
  })

const varsOf = (host: InventoryHost, inventory: Inventory): InventoryHost['vars'] =>
  strict(host.vars, (name) => {
    if (inventory.varNames.has(name)) return undefined
    const hint = nearestHint(name, inventory.varNames)
    const summary = `no host, group or default declares a variable '${name}'`
    return fail({ code: 'unknown-variable', summary, host: host.name, ...(hint === undefined ? {} : { hint }) })
  })

/** `facts`, where every level refuses names that are not known. */
const factsOf = (host: string, facts: Facts | undefined, path = 'facts'): Facts =>
  strict(facts === undefined ? {} : facts, (name) => {
    const full = `${path}.${name}`
    if (facts === undefined) {
      return fail({
        code: 'unknown-fact',
        summary: `${full} of ${host} is not known`,
        detail: 'configure contacts no host; facts come from the first exchange, or from .hexis/facts/.',
        hint: `Run \`hexis facts --on ${host}\` first.`,
        host,
      })
    }
    const near = nearestHint(name, Object.keys(facts)) ?? 'It does not report that.'
    return fail({
      code: 'unknown-fact',
      summary: `${host} reports no ${full}`,
      hint: `${near} See \`hexis facts --on ${host}\`.`,
      host,
    })
  })

const nested = (host: string, facts: Facts, path: string): Facts =>
  factsOf(
    host,
    Object.fromEntries(
      Object.entries(facts).map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? nested(host, value as Facts, `${path}.${name}`)
          : value,
      ]),
    ),
    path,
  )

const publicSide = (host: InventoryHost, inventory: Inventory) => ({
  name: host.name,
  address: host.address,
  labels: Object.freeze({ ...host.labels }),
  vars: varsOf(host, inventory),
})

/** The host that `configure` gets. It reads the inventory and facts, and contacts nothing. */
export const hostForConfigure = (host: InventoryHost, inventory: Inventory, facts: Facts | undefined): object =>
  Object.freeze({
    ...publicSide(host, inventory),
    connection: host.connection,
    groups: Object.freeze([...host.groups]),
    facts: facts === undefined ? factsOf(host.name, undefined) : nested(host.name, facts, 'facts'),
    peers: (selector: string) => peersOf(host, inventory, selector, facts),
  })

const peersOf = (host: InventoryHost, inventory: Inventory, selector: string, facts: Facts | undefined) => {
  const known: FactsByHost = facts === undefined ? new Map() : new Map([[host.name, facts]])
  try {
    return matching(inventory, selector, known)
      .filter((peer) => peer.name !== host.name)
      .map((peer) => Object.freeze(publicSide(peer, inventory)))
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    const source = callSites()[0]
    throw new DiagnosticError(error.diagnostics.map((d) => ({ ...(source === undefined ? {} : { source }), ...d })))
  }
}
