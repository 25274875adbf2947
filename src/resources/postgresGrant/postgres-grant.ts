import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { PostgresServerProps } from '../postgres-server.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export type PostgresPrivilege =
  | 'ALL'
  | 'CONNECT'
  | 'CREATE'
  | 'DELETE'
  | 'INSERT'
  | 'REFERENCES'
  | 'SELECT'
  | 'TEMPORARY'
  | 'TRIGGER'
  | 'TRUNCATE'
  | 'UPDATE'
  | 'USAGE'

export interface PostgresGrantProps extends ResourceProps, PostgresServerProps {
  /** Who has them; `public` for everybody. */
  role: string
  /** On this database, or in it. */
  database: string
  /** On this schema, or what lies in it. Default for tables and sequences: `public`. */
  schema?: string
  /** One table or view, or `true` for all that the schema has. */
  table?: string | true
  /** One sequence, or `true` for all that the schema has. */
  sequence?: string | true
  /** Exactly these; none for `[]`. */
  privileges: readonly PostgresPrivilege[]
  /** True: they may be passed on. */
  grantable?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * Privileges of one role on one thing of PostgreSQL: exactly those that are written.
 *
 * @example
 * postgresGrant('app reads', { role: 'app', database: 'shop', table: true, privileges: ['SELECT'] })
 */
export const postgresGrant = (id: string, props: PostgresGrantProps): Handle =>
  declare('postgresGrant', id, { ...props })
