import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface SwapProps extends ResourceProps {
  /** Size of a file that is made for it: `512MiB`, `2GiB`. Without it, the swap area must be there. */
  size?: string
  /** Areas with a higher one are used first: 0 to 32767. Default: as the kernel chooses. */
  priority?: number
  /** False: only the line for the next boot. */
  now?: boolean
  /** True: neither used nor in the table. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A swap area that is used, now and at boot: a file that is made for it, or a device that has one.
 *
 * @example
 * swap('/swapfile', { size: '2GiB' })
 */
export const swap = (device: string, props: SwapProps = {}): Handle => declare('swap', device, { ...props })
