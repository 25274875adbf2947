import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface ServiceProps extends ResourceProps {
  /** Starts at boot, or does not. */
  enabled?: boolean
  /** Runs now, or does not. */
  running?: boolean
  /** Cannot be started at all, or can. */
  masked?: boolean
  /** Restart when one of these changed. */
  restartOn?: Handle | readonly Handle[]
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A service: started at boot, running, masked, each by itself. Common names are translated: `sshd` is `ssh.service` on
 * Debian.
 *
 * @example
 * service('nginx', { enabled: true, running: true, restartOn: conf })
 */
export const service = (name: string, props: ServiceProps): Handle => declare('service', name, { ...props })
