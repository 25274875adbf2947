import type { Json } from '../document/document.ts'
import type { InventoryHost, VarValue } from '../inventory/index.ts'
import { isHeld, partsOf } from '../text/index.ts'
import type { HostRow } from './ports.ts'

/** A variable as JSON; text with secrets or facts stays its reference. */
const varJson = (value: VarValue): Json => {
  if (typeof value !== 'object' || value === null) return value
  if (isHeld(value)) return { $text: partsOf(value) }
  if (Array.isArray(value)) return value.map(varJson)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, varJson(inner)]))
}

/** What `hexis hosts` shows of a host of the inventory. */
export const hostRow = (host: InventoryHost): HostRow => ({
  name: host.name,
  address: host.root ?? host.address,
  connection: host.connection,
  ...(host.age === undefined ? {} : { age: host.age }),
  labels: host.labels,
  groups: host.groups,
  vars: Object.fromEntries(Object.entries(host.vars).map(([name, value]) => [name, varJson(value)])),
})
