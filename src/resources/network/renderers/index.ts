import { alpine } from './alpine.ts'
import { ifcfg } from './ifcfg.ts'
import { ifupdown } from './ifupdown.ts'
import { netplan } from './netplan.ts'
import { networkd } from './networkd.ts'
import { networkmanager } from './networkmanager.ts'
import type { NetworkRenderer } from './renderer.ts'
import { wicked } from './wicked.ts'

/** By the manager that the profile names. */
export const networkRenderers: ReadonlyMap<string, NetworkRenderer> = new Map([
  ['networkd', networkd],
  ['ifupdown', ifupdown],
  ['netplan', netplan],
  ['networkmanager', networkmanager],
  ['ifcfg', ifcfg],
  ['wicked', wicked],
  ['alpine', alpine],
])
