import type { IpVersion } from '../address.ts'
import { versionOf } from '../address.ts'
import type { NetworkDocument } from './schema.ts'

interface Route {
  readonly to: 'default' | (string & {})
  readonly version: IpVersion
  readonly via?: string
  readonly metric?: number
}

/** One interface as every renderer takes it, with what other documents say of it. */
export interface NetworkInterface {
  readonly name: string
  /** False: only a bridge or a bond names it. */
  readonly declared: boolean
  readonly addresses: readonly string[]
  readonly dhcp: Readonly<Record<IpVersion, boolean>>
  /** The router for all else, by version. */
  readonly gateway: { readonly [V in IpVersion]?: string }
  readonly routes: readonly Route[]
  readonly servers: readonly string[]
  readonly search: readonly string[]
  readonly mtu?: number
  readonly vlan?: { readonly id: number; readonly on: string }
  readonly bridge?: { readonly ports: readonly string[]; readonly stp: boolean }
  readonly bond?: { readonly ports: readonly string[]; readonly mode: string }
  /** The bridge or bond that it is a port of. */
  readonly master?: { readonly name: string; readonly is: 'bridge' | 'bond' }
  /** VLANs on it. */
  readonly vlans: readonly string[]
  /** How many interfaces it lies on, one upon the other: 0 for hardware. */
  readonly depth: number
}

/** Documents by the name of their interface. */
export type NetworkDocuments = ReadonlyMap<string, NetworkDocument>

export const listed = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T]

/** What makes it, where it is no hardware. */
export const kindOf = (one: NetworkInterface): 'vlan' | 'bridge' | 'bond' | undefined =>
  one.vlan !== undefined ? 'vlan' : one.bridge !== undefined ? 'bridge' : one.bond !== undefined ? 'bond' : undefined

export const ofVersion = (addresses: readonly string[], version: IpVersion): readonly string[] =>
  addresses.filter((address) => versionOf(address) === version)

/** The bridges and bonds that name this port. */
export const mastersOf = (
  name: string,
  documents: NetworkDocuments,
): readonly NonNullable<NetworkInterface['master']>[] =>
  [...documents].flatMap(([master, { bridge, bond }]) => [
    ...(bridge?.ports.includes(name) === true ? [{ name: master, is: 'bridge' } as const] : []),
    ...(bond?.ports.includes(name) === true ? [{ name: master, is: 'bond' } as const] : []),
  ])

/** What it is made of: the interface of a VLAN, the ports of a bridge or a bond. */
export const restsOn = (name: string, documents: NetworkDocuments): readonly string[] => {
  const { vlan, bridge, bond } = documents.get(name) ?? {}
  return [...(vlan === undefined ? [] : [vlan.on]), ...(bridge?.ports ?? []), ...(bond?.ports ?? [])]
}

/** Infinite where it lies on itself in the end. */
export const depthOf = (name: string, documents: NetworkDocuments, above: readonly string[] = []): number => {
  if (above.includes(name)) return Number.POSITIVE_INFINITY
  const depths = restsOn(name, documents).map((one) => depthOf(one, documents, [...above, name]))
  return depths.length === 0 ? 0 : 1 + Math.max(...depths)
}

const routeOf = ({ to, via, metric }: NonNullable<NetworkDocument['routes']>[number]): Route => ({
  to,
  version: versionOf(to === 'default' ? (via ?? '') : to),
  ...(via === undefined ? {} : { via }),
  ...(metric === undefined ? {} : { metric }),
})

const interfaceOf = (name: string, documents: NetworkDocuments): NetworkInterface => {
  const document = documents.get(name)
  const { dhcp = false, dns = {}, mtu, vlan, bridge, bond } = document ?? {}
  const [master] = mastersOf(name, documents)
  return {
    name,
    declared: document !== undefined,
    addresses: document?.addresses ?? [],
    dhcp: { 4: dhcp === true || dhcp === 'ipv4', 6: dhcp === true || dhcp === 'ipv6' },
    gateway: Object.fromEntries(listed(document?.gateway).map((via) => [versionOf(via), via])),
    routes: (document?.routes ?? []).map(routeOf),
    servers: dns.servers ?? [],
    search: dns.search ?? [],
    ...(mtu === undefined ? {} : { mtu }),
    ...(vlan === undefined ? {} : { vlan }),
    ...(bridge === undefined ? {} : { bridge: { ports: bridge.ports, stp: bridge.stp ?? false } }),
    ...(bond === undefined ? {} : { bond: { ports: bond.ports, mode: bond.mode ?? 'active-backup' } }),
    ...(master === undefined ? {} : { master }),
    depth: depthOf(name, documents),
    vlans: [...documents].flatMap(([child, one]) => (one.vlan?.on === name ? [child] : [])),
  }
}

/** The interface of a document, and those of its ports that have no document of their own. */
export const interfacesOf = (name: string, documents: NetworkDocuments): readonly NetworkInterface[] => {
  const own = interfaceOf(name, documents)
  const ports = [...(own.bridge?.ports ?? []), ...(own.bond?.ports ?? [])].filter((port) => !documents.has(port))
  return [own, ...ports.map((port) => interfaceOf(port, documents))]
}
