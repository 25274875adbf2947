import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

/** When, field by field; what is left out is every. */
export interface CronFields {
  /** 0 to 59. Must be said: `'*'` is every minute. */
  minute: number | string
  /** 0 to 23. */
  hour?: number | string
  /** Day of the month, 1 to 31. */
  day?: number | string
  /** 1 to 12, or jan to dec. */
  month?: number | string
  /** 0 to 7, or sun to sat; 0 and 7 are Sunday. */
  weekday?: number | string
}

export interface CronProps extends ResourceProps {
  /** When: five fields as crontab(5) has them, a word such as `'@daily'`, or the fields by name. */
  schedule?: string | CronFields
  /** What to run, as sh reads it; a `%` is a `%`. */
  command?: string
  /** As whom. Default: root. */
  user?: string
  /** Environment variables, also those of cron itself: `MAILTO`, `CRON_TZ`. No secrets: anybody can read the file. */
  env?: Readonly<Record<string, string>>
  /** True: the job shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A job of cron, in a file of its own.
 *
 * @example
 * cron('backup', { schedule: '30 2 * * mon-fri', command: '/usr/local/bin/backup', env: { MAILTO: 'ops' } })
 */
export const cron = (name: string, props: CronProps): Handle => declare('cron', name, { ...props })
