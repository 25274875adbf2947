import type { Key } from '../../steps/step.ts'

/** What privileges are on: everything, one database, one table. */
export const mysqlGrantSorts = ['all', 'database', 'table'] as const
export type MysqlGrantSort = (typeof mysqlGrantSorts)[number]

export interface MysqlIdentity {
  readonly sort: 'user' | 'database' | 'grant'
  /** Path of a socket; empty for the usual one. */
  readonly server: string
  readonly name: string
  /** Of users and grants. */
  readonly host: string
}

const component = (text: string): string => text.replace(/[%/]/g, (found) => (found === '%' ? '%25' : '%2F'))
const plain = (text: string): string => text.replaceAll('%2F', '/').replaceAll('%25', '%')

/** Names as one target of a step; the server is left out where it is the usual one. */
export const mysqlTarget = (server: string, ...names: readonly string[]): string =>
  [...(server === '' ? [] : [server]), ...names].map(component).join('/')

export const mysqlKey = (server: string, ...names: readonly string[]): Key => `mysql:${mysqlTarget(server, ...names)}`

/** How many names stand behind the sort. */
const depth: Readonly<Record<string, number>> = { user: 2, database: 1, all: 3, 'grant database': 4, table: 5 }

/** Undefined for what is no target of this kind. */
export const mysqlIdentity = (target: string): MysqlIdentity | undefined => {
  const parts = target.split('/').map(plain)
  const server = /^(user|database|grant)$/.test(parts[0] ?? '') ? '' : (parts.shift() ?? '')
  const [sort, name = '', host = '', on = ''] = parts
  if (parts.includes('') || (sort !== 'user' && sort !== 'database' && sort !== 'grant')) return undefined
  const known = sort === 'grant' ? depth[on === 'database' ? 'grant database' : on] : depth[sort]
  return parts.length - 1 === known ? { sort, server, name, host } : undefined
}
