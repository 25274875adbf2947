import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

/** What keeps up the file that says which name servers are asked; `file`: nothing does. */
export type ResolverManager = 'file' | 'systemd-resolved' | 'networkmanager' | 'netconfig' | 'openresolv'

export interface ResolverOptions {
  /** Names with fewer dots are looked up in the search domains first. */
  ndots?: number
  /** Seconds until the next server is asked. */
  timeout?: number
  /** How often each server is asked. */
  attempts?: number
  /** Ask the servers in turn, not always the first one first. */
  rotate?: boolean
  edns0?: boolean
  'trust-ad'?: boolean
  /** Ask by TCP. */
  'use-vc'?: boolean
  'single-request'?: boolean
  'single-request-reopen'?: boolean
  'no-reload'?: boolean
}

export interface ResolverProps extends ResourceProps {
  /** Addresses of the name servers, in the order in which they are asked. */
  servers?: readonly string[]
  /** Domains in which names without a dot are looked up. */
  search?: readonly string[]
  /** How the C library asks, as resolv.conf(5) has it. */
  options?: ResolverOptions
  /** What keeps up the file on this host, where the profile says something else. */
  manager?: ResolverManager
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * Which name servers the host asks, written where what rules there takes it from.
 *
 * @example
 * resolver('system', { servers: ['10.0.0.53', '10.0.1.53'], search: ['example.org'] })
 */
export const resolver = (name: 'system', props: ResolverProps): Handle => declare('resolver', name, { ...props })
