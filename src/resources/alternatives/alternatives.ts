import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface AlternativesProps extends ResourceProps {
  /** The program that the name means; it must be one of those that packages offer for it. */
  path?: string
  /** True: the one of highest priority, whichever that is. */
  auto?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * Which of several programs a name means, by update-alternatives.
 *
 * @example
 * alternatives('editor', { path: '/usr/bin/vim.basic' })
 */
export const alternatives = (name: string, props: AlternativesProps): Handle =>
  declare('alternatives', name, { ...props })
