import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

/** What stands behind a keyword; a list as that keyword takes several. */
export type SshdValue = string | number | boolean | readonly (string | number)[]

/** `{ PasswordAuthentication: false, AllowUsers: ['ada', 'deploy'] }`. */
export type SshdSettings = Readonly<Record<string, SshdValue>>

export interface SshdProps extends ResourceProps {
  /** Keywords of sshd_config(5) with their values. */
  settings?: SshdSettings
  /** Settings for some connections only, by the criteria of `Match`: `{ 'User deploy': { … } }`. */
  match?: Readonly<Record<string, SshdSettings>>
  /** The whole drop-in, as sshd_config(5) has it. */
  content?: Text
  /** True: the drop-in shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A drop-in of the ssh server; sshd checks it together with the rest before it counts, and is reloaded.
 *
 * @example
 * sshd('00-hardening', { settings: { PasswordAuthentication: false, PermitRootLogin: 'prohibit-password' } })
 */
export const sshd = (name: string, props: SshdProps): Handle => declare('sshd', name, { ...props })
