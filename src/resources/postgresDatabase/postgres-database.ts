import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { PostgresServerProps } from '../postgres-server.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface PostgresDatabaseProps extends ResourceProps, PostgresServerProps {
  /** The role that it belongs to. */
  owner?: string
  /** `UTF8`, `LATIN1` …; cannot be changed afterwards. */
  encoding?: string
  /** `C.UTF-8`, `de_DE.UTF-8` …; cannot be changed afterwards. */
  locale?: string
  /** How many sessions at once; -1 for any number. */
  connectionLimit?: number
  comment?: string
  /** True: the database shall not be there. What it holds is lost. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A database of PostgreSQL.
 *
 * @example
 * postgresDatabase('shop', { owner: 'app', encoding: 'UTF8' })
 */
export const postgresDatabase = (name: string, props: PostgresDatabaseProps = {}): Handle =>
  declare('postgresDatabase', name, { ...props })
