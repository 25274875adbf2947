import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface TimerProps extends ResourceProps {
  /** When, as systemd.time(7) has it: `'daily'`, `'Mon..Fri 02:30'`, `'*-*-01 04:00 Europe/Berlin'`. */
  onCalendar?: string | readonly string[]
  /** A time after the boot: `'15min'`. */
  onBoot?: string
  /** Again this long after the last time: `'6h'`. */
  onUnitActive?: string
  /** What was missed while the host was off is made up for. */
  persistent?: boolean
  /** Later by a random time, at most this long. */
  randomizedDelay?: string
  /** How late it may be, so that a sleeping machine wakes less often; systemd takes a minute when left out. */
  accuracy?: string
  /** What to run: text for sh, or a program with its arguments. It becomes the service of the timer. */
  command?: string | readonly string[]
  /** As whom the command runs. Default: root. */
  user?: string
  /** Environment variables of the command. No secrets: systemd shows them to everybody. */
  env?: Readonly<Record<string, string>>
  /** The unit to start instead of a command; default: the service of the same name. */
  unit?: string
  /** What it is for, in a line. */
  description?: string
  /** False: it is there but does not run. */
  enabled?: boolean
  /** True: neither the timer nor the service of the same name shall be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A timer of systemd, started and enabled; with a command also the service that it starts.
 *
 * @example
 * timer('backup', { onCalendar: 'Mon..Fri 02:30', persistent: true, command: '/usr/local/bin/backup' })
 */
export const timer = (name: string, props: TimerProps): Handle => declare('timer', name, { ...props })
