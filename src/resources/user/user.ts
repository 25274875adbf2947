import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface UserProps extends ResourceProps {
  /** Its number. Given by the system when left out. */
  uid?: number
  /** Name of the primary group. */
  group?: string
  /** Supplementary groups: exactly these, unless `appendGroups`. Not managed when left out. */
  groups?: readonly string[]
  /** True: be in `groups` at least; others stay. */
  appendGroups?: boolean
  /** Home directory. */
  home?: string
  /** Make the home directory when it is missing. Left out: only with a new account that is not of the system. */
  createHome?: boolean
  /** Login shell. `nologin` is the one of the operating system. */
  shell?: string
  /** Full name or purpose. */
  comment?: string
  /** True: no login by password. */
  locked?: boolean
  /** Day after which the account is closed, `YYYY-MM-DD`; `''` for never. */
  expiry?: string
  /** Hash of the password as crypt(3) makes it, usually `secret.env(NAME)`; never the password itself. */
  password?: Text
  /** A system user: takes its number from the system range when it is made. */
  system?: boolean
  /** True: the user shall not be there. */
  absent?: boolean
  /** Also delete the home directory when the user goes. It is kept otherwise. */
  purgeHome?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A user account. Only what is given is managed.
 *
 * @example
 * user('app', { uid: 900, group: 'app', home: '/srv/app', shell: 'nologin' })
 */
export const user = (name: string, props: UserProps = {}): Handle => declare('user', name, { ...props })
