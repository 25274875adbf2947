import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface GroupProps extends ResourceProps {
  /** Its number. Given by the system when left out. */
  gid?: number
  /** A system group: takes its number from the system range when it is made. */
  system?: boolean
  /** Exactly these members. Not managed when left out. */
  members?: readonly string[]
  /** True: the group shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A group of users.
 *
 * @example
 * group('app', { gid: 900 })
 */
export const group = (name: string, props: GroupProps = {}): Handle => declare('group', name, { ...props })
