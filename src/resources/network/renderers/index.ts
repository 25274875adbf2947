import { networkd } from './networkd.ts'
import type { NetworkRenderer } from './renderer.ts'

/** By the manager that the profile names. */
export const networkRenderers: ReadonlyMap<string, NetworkRenderer> = new Map([['networkd', networkd]])
