import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface NetworkRoute {
  /** The network that is reached by it, or `default`. */
  to: string
  /** The address of the router; left out: it is on this link. */
  via?: string
  /** Of several routes the one with the least. */
  metric?: number
}

export type BondMode =
  | 'balance-rr'
  | 'active-backup'
  | 'balance-xor'
  | 'broadcast'
  | '802.3ad'
  | 'balance-tlb'
  | 'balance-alb'

export interface NetworkProps extends ResourceProps {
  /** Own addresses with their prefix lengths: '10.0.0.5/24', '2001:db8::5/64'. */
  addresses?: readonly string[]
  /** Ask for an address: both versions of IP, or one. */
  dhcp?: boolean | 'ipv4' | 'ipv6'
  /** The router for everything that has no route: one, or one of each version of IP. */
  gateway?: string | readonly string[]
  routes?: readonly NetworkRoute[]
  /** Name servers, and domains in which names are looked up. */
  dns?: { servers?: readonly string[]; search?: readonly string[] }
  mtu?: number
  /** A VLAN on an interface that is declared too. */
  vlan?: { id: number; on: string }
  /** A bridge of these interfaces. Default: without spanning tree. */
  bridge?: { ports: readonly string[]; stp?: boolean }
  /** Several interfaces as one. Default: active-backup. */
  bond?: { ports: readonly string[]; mode?: BondMode }
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A network interface: its addresses, routes and name servers; also a VLAN, a bridge or a bond.
 *
 * @example
 * network('eth1', { addresses: ['10.0.0.5/24', '2001:db8::5/64'], gateway: '10.0.0.1', dns: { servers: ['10.0.0.53'] } })
 */
export const network = (name: string, props: NetworkProps): Handle => declare('network', name, { ...props })
