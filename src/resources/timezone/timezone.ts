import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface TimezoneProps extends ResourceProps {
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * The time zone of the host.
 *
 * @example
 * timezone('Europe/Berlin')
 */
export const timezone = (name: string, props: TimezoneProps = {}): Handle => declare('timezone', name, { ...props })
