import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface HostsProps extends ResourceProps {
  /** The names of the address; the first is its proper one. */
  names?: readonly string[]
  /** True: no line of this address shall be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

const isNames = (given: readonly string[] | HostsProps): given is readonly string[] => Array.isArray(given)

/**
 * The names of one address, in the hosts file.
 *
 * @example
 * hosts('10.0.0.5', ['db', 'db.lan'])
 */
export const hosts = (address: string, names: readonly string[] | HostsProps, props: HostsProps = {}): Handle =>
  declare('hosts', address, isNames(names) ? { ...props, names } : { ...names, ...props })
