import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

/** What stands behind `Key=`; a list is a line each, and an empty text in it forgets what was said before. */
export type UnitValue = string | number | boolean | readonly (string | number)[]

/** `{ Service: { ExecStart: '/usr/bin/app' } }`. */
export type UnitSections = Readonly<Record<string, Readonly<Record<string, UnitValue>>>>

export interface UnitProps extends ResourceProps {
  /** The whole text. */
  content?: Text
  /** The sections with what they say, in order. */
  sections?: UnitSections
  /** A name: a drop-in of that name, which changes a unit that others bring. */
  dropIn?: string
  /** False: systemd is not asked whether it likes the text, for one that is meant for a newer systemd. */
  verify?: boolean
  /** True: the file shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/** What parts the name of a unit from that of its drop-in. */
export const dropInMark = '.d/'

/**
 * A unit file of systemd, or a drop-in of one. systemd looks at it before it takes its place, and reads it before
 * anything else is done with the unit.
 *
 * @example
 * const conf = unit('nginx', { dropIn: 'limits', sections: { Service: { LimitNOFILE: 65536 } } })
 * service('nginx', { running: true, restartOn: conf })
 */
export const unit = (name: string, props: UnitProps): Handle =>
  declare('unit', props.dropIn === undefined ? name : `${name}${dropInMark}${props.dropIn}`, { ...props })
