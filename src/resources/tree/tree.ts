import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps } from '../resource-props.ts'

export interface TreeProps extends ResourceProps {
  /** A directory of the config repository, relative to the module that says so. */
  source: string
  /** Name of the owning user of everything in it. */
  owner?: string
  /** Name of the owning group of everything in it. */
  group?: string
  /** Permissions of files. Default: `0755` for those that are executable in the repository, else `0644`. */
  fileMode?: string
  /** Permissions of directories. Default `0755`. */
  directoryMode?: string
}

/**
 * A directory of the config repository with everything in it. What is extra on the host stays.
 *
 * @example
 * tree('/etc/nginx/conf.d', { source: './nginx' })
 */
export const tree = (path: string, props: TreeProps): Handle => declare('tree', path, { ...props })
