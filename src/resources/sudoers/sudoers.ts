import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface SudoersProps extends ResourceProps {
  /** The whole drop-in, as sudoers(5) has it. */
  content?: Text
  /** Users who may. */
  users?: readonly string[]
  /** Groups whose members may. */
  groups?: readonly string[]
  /** Commands with absolute paths. Default: all. */
  commands?: readonly string[]
  /** As whom. Default: anybody. */
  runAs?: string
  /** True: without a password. */
  nopasswd?: boolean
  /** True: the drop-in shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A drop-in of sudo; it is checked by visudo before it counts, always.
 *
 * @example
 * sudoers('deploy', { users: ['deploy'], commands: ['/usr/bin/systemctl restart app'], nopasswd: true })
 */
export const sudoers = (name: string, props: SudoersProps): Handle => declare('sudoers', name, { ...props })
