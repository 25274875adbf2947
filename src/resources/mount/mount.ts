import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface MountProps extends ResourceProps {
  /** What is mounted: `UUID=…`, a device, `host:/export`, `tmpfs`, or a path with the option `bind`. */
  device?: string
  /** Sort of the file system. Default `auto`. */
  type?: string
  /** Options of mount(8). Default: none. */
  options?: readonly string[]
  /** Number of the pass of fsck at boot: 1 for the root, 2 for others, 0 (default) for none. */
  pass?: 0 | 1 | 2
  /** False: only the line for the next boot; what is mounted now is left alone. */
  now?: boolean
  /** True: neither mounted nor in the table. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A file system that is mounted, now and at boot.
 *
 * @example
 * mount('/srv/data', { device: 'UUID=0b4e3a1c-6a6a-4c8e-8d0c-3d1d9a7f5c11', type: 'ext4', options: ['noatime'] })
 */
export const mount = (path: string, props: MountProps): Handle => declare('mount', path, { ...props })
