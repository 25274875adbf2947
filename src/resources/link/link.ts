import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps } from '../resource-props.ts'

export interface LinkProps extends ResourceProps {
  /** What the link points to; kept as written, also when it is relative. A hard link needs an absolute path. */
  target?: string
  /** True: a hard link. */
  hard?: boolean
  /** True: the link shall not be there. */
  absent?: boolean
}

/**
 * A symbolic or hard link. A directory is never replaced by one.
 *
 * @example
 * link('/etc/localtime', { target: '/usr/share/zoneinfo/Europe/Berlin' })
 */
export const link = (path: string, props: LinkProps): Handle => declare('link', path, { ...props })
