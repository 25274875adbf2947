import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import { partId } from '../line/line.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface EnvProps extends ResourceProps {
  /** The name of the variable. */
  key: string
  /** What programs shall read. */
  value?: Text | number
  /** False: the value is written as it is, for files in which quotes are part of it (docker --env-file). */
  quote?: boolean
  /** True: a new assignment gets `export` before it. */
  export?: boolean
  /** True: the variable shall not be assigned here. */
  absent?: boolean
  /** Make the file when it is missing. */
  create?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * One assignment of a file of variables that shells, systemd or containers read.
 *
 * @example
 * env('/etc/default/app', { key: 'OPTIONS', value: '--port 8080' })
 */
export const env = (path: string, props: EnvProps): Handle =>
  declare('env', partId(path, props.key ?? ''), { ...props })
