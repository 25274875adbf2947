import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { MysqlServerProps } from '../mysql-server.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface MysqlGrantProps extends ResourceProps, MysqlServerProps {
  /** Who has them: `USER@HOST`, or `USER` alone for `localhost`. */
  user: string
  /** On this database, or in it; left out: on everything. A name, no pattern. */
  database?: string
  /** On this table of it. */
  table?: string
  /** Exactly these, `ALL` for all that there are; none for `[]`. */
  privileges: readonly string[]
  /** True: they may be passed on. */
  grantable?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * Privileges of one user of MariaDB or MySQL on one thing: exactly those that are written.
 *
 * @example
 * mysqlGrant('app in shop', { user: 'app@10.0.%', database: 'shop', privileges: ['SELECT', 'INSERT'] })
 */
export const mysqlGrant = (id: string, props: MysqlGrantProps): Handle => declare('mysqlGrant', id, { ...props })
