import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface SysctlProps extends ResourceProps {
  /** The value: a number, or text; several numbers are parted by spaces. */
  value: number | string
  /** False: only the file, which holds from the next boot; the running kernel is left alone. */
  live?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A setting of the kernel, now and after a reboot.
 *
 * @example
 * sysctl('net.ipv4.ip_forward', { value: 1 })
 */
export const sysctl = (name: string, props: SysctlProps): Handle => declare('sysctl', name, { ...props })
