import type { Key } from '../../steps/step.ts'

/** What privileges are on. `tables` and `sequences` are all of a schema. */
export const grantSorts = ['database', 'schema', 'table', 'tables', 'sequence', 'sequences'] as const
export type GrantSort = (typeof grantSorts)[number]

interface Named {
  /** A port, or `DIRECTORY:PORT`. */
  readonly server: string
  readonly name: string
}

export type Identity =
  | (Named & { readonly sort: 'role' | 'database' })
  | (Named & {
      readonly sort: 'grant'
      readonly on: GrantSort
      readonly db: string
      /** Schema and object, as far as the sort has them. */
      readonly inside: readonly string[]
    })

const defaultServer = '5432'

/** How many names stand behind the database. */
const depth: Readonly<Record<GrantSort, number>> = {
  database: 0,
  schema: 1,
  tables: 1,
  sequences: 1,
  table: 2,
  sequence: 2,
}

const component = (text: string): string => text.replace(/[%/]/g, (found) => (found === '%' ? '%25' : '%2F'))
const plain = (text: string): string => text.replaceAll('%2F', '/').replaceAll('%25', '%')

/** Names as one target of a step; the server is left out where it is the usual one. */
export const targetOf = (server: string, ...names: readonly string[]): string =>
  [...(server === defaultServer ? [] : [server]), ...names].map(component).join('/')

export const keyIn = (server: string, ...names: readonly string[]): Key => `postgres:${targetOf(server, ...names)}`

/** Undefined for what is no target of this kind. */
export const identityOf = (target: string): Identity | undefined => {
  const parts = target.split('/').map(plain)
  const server = /^(role|database|grant)$/.test(parts[0] ?? '') ? defaultServer : (parts.shift() ?? '')
  const [sort, name = '', on, db = '', ...inside] = parts
  if (parts.includes('') || name === '') return undefined
  if (sort === 'role' || sort === 'database') return parts.length === 2 ? { sort, server, name } : undefined
  const known = grantSorts.find((one) => one === on)
  if (sort !== 'grant' || known === undefined || inside.length !== depth[known]) return undefined
  return { sort, server, name, on: known, db, inside }
}
