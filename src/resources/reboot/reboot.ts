import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface RebootProps extends Omit<ResourceProps, 'onRemoval' | 'onChange'> {
  /** `required` (default): the host says that it wants one. `changed`: something that it comes after changes. */
  when?: 'required' | 'changed'
  /** Seconds that the host may take until it answers again. Default 600. */
  timeout?: number
  /** `enforce` (default), or `audit`: shown in plans, never done. */
  mode?: RunMode
}

/**
 * Reboots the host at the end of a run, waits until it is back, and goes on with what comes after.
 *
 * @example
 * const kernel = pkg('linux')
 * const booted = reboot('kernel', { when: 'changed', after: kernel })
 * kernelModule('zfs', { after: booted })
 */
export const reboot = (id: string, props: RebootProps = {}): Handle => declare('reboot', id, { ...props })
