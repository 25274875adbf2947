import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { MysqlServerProps } from '../mysql-server.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface MysqlDatabaseProps extends ResourceProps, MysqlServerProps {
  /** `utf8mb4`, `latin1` …: what new tables have. */
  charset?: string
  /** `utf8mb4_bin` …: how new tables are sorted. */
  collation?: string
  /** True: the database shall not be there. What it holds is lost. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A database of MariaDB or MySQL.
 *
 * @example
 * mysqlDatabase('shop', { charset: 'utf8mb4', collation: 'utf8mb4_bin' })
 */
export const mysqlDatabase = (name: string, props: MysqlDatabaseProps = {}): Handle =>
  declare('mysqlDatabase', name, { ...props })
