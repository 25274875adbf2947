import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps } from '../resource-props.ts'

export interface DirectoryProps extends ResourceProps {
  /** Permissions: `'0755'` or `'u=rwx,go=rx'`. Not managed when left out. */
  mode?: string
  /** Name of the owning user. Not managed when left out. */
  owner?: string
  /** Name of the owning group. Not managed when left out. */
  group?: string
  /** True: the directory shall not be there. */
  absent?: boolean
  /** Make missing parent directories. */
  parents?: boolean
}

/**
 * A directory. What lies in it is not touched.
 *
 * @example
 * directory('/srv/app', { owner: 'app', group: 'app', mode: '0750' })
 */
export const directory = (path: string, props: DirectoryProps = {}): Handle => declare('directory', path, { ...props })
