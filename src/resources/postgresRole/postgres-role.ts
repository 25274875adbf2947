import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { PostgresServerProps } from '../postgres-server.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface PostgresRoleProps extends ResourceProps, PostgresServerProps {
  /** True: a user, who may log in. */
  login?: boolean
  superuser?: boolean
  /** May make databases. */
  createDb?: boolean
  /** May make roles. */
  createRole?: boolean
  /** Has the privileges of the roles that it is a member of, without asking for them. */
  inherit?: boolean
  replication?: boolean
  bypassRls?: boolean
  /** How many sessions at once; -1 for any number. */
  connectionLimit?: number
  /** A day, `YYYY-MM-DD`, or a time with its zone, after which the password is worth nothing; `''` for never. */
  validUntil?: string
  /** The password, usually `secret.env(NAME)`, or its verifier as PostgreSQL keeps it. It does not travel: its verifier does. */
  password?: Text
  /** Roles whose member it is: exactly these, unless `appendMemberOf`. */
  memberOf?: readonly string[]
  /** True: a member of `memberOf` at least; others stay. */
  appendMemberOf?: boolean
  comment?: string
  /** True: the role shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A role of PostgreSQL. Only what is given is managed.
 *
 * @example
 * postgresRole('app', { login: true, password: secret.env('APP_DB_PASSWORD') })
 */
export const postgresRole = (name: string, props: PostgresRoleProps = {}): Handle =>
  declare('postgresRole', name, { ...props })
