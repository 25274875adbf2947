import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { MysqlServerProps } from '../mysql-server.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface MysqlUserProps extends ResourceProps, MysqlServerProps {
  /** The password, usually `secret.env(NAME)`, or its hash as mysql_native_password keeps it. It does not travel: its hash does. */
  password?: Text
  /** By the account of the operating system instead of a password: `unix_socket` (MariaDB) or `auth_socket` (MySQL). */
  plugin?: 'unix_socket' | 'auth_socket'
  /** What a connection must have. */
  require?: 'none' | 'ssl' | 'x509'
  /** How many sessions at once; 0 for any number. */
  connectionLimit?: number
  /** True: nobody logs in. */
  locked?: boolean
  /** True: the user shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A user of MariaDB or MySQL. Only what is given is managed.
 *
 * @example
 * mysqlUser('app@10.0.%', { password: secret.env('APP_DB_PASSWORD'), require: 'ssl' })
 */
export const mysqlUser = (account: string, props: MysqlUserProps = {}): Handle =>
  declare('mysqlUser', account, { ...props })
