import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface HostnameProps extends ResourceProps {
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * The name of the host, now and after a reboot.
 *
 * @example
 * hostname('web1')
 */
export const hostname = (name: string, props: HostnameProps = {}): Handle => declare('hostname', name, { ...props })
