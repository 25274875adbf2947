import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface DebconfProps extends ResourceProps {
  /** The package that asks. */
  package: string
  /** The answer. */
  value: Text | boolean
  /** What sort of question it is. Default: `boolean` for true and false, else `string`. */
  type?: 'string' | 'boolean' | 'select' | 'multiselect'
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * The answer to what a package asks when it is installed. The package, where it is declared too, comes after it.
 *
 * @example
 * debconf('postfix/main_mailer_type', { package: 'postfix', type: 'select', value: 'Local only' })
 */
export const debconf = (question: string, props: DebconfProps): Handle => declare('debconf', question, { ...props })
