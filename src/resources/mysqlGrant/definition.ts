import { z } from 'zod'
import { type MysqlGrantSort, mysqlKey, mysqlTarget } from '../../states/mysql/identity.ts'
import { defineResource, type Shape } from '../definition.ts'
import { accountOf, mysqlAccount, mysqlName, mysqlServerShape } from '../mysql-server.ts'
import { singleLine } from '../properties.ts'
import type { MysqlGrantProps } from './mysql-grant.ts'

const ofTables = [
  ...['ALTER', 'CREATE', 'CREATE VIEW', 'DELETE', 'DELETE HISTORY', 'DROP', 'INDEX', 'INSERT', 'REFERENCES', 'SELECT'],
  ...['SHOW VIEW', 'TRIGGER', 'UPDATE'],
]
const ofDatabases = [
  ...ofTables,
  ...['ALTER ROUTINE', 'CREATE ROUTINE', 'CREATE TEMPORARY TABLES', 'EVENT', 'EXECUTE', 'LOCK TABLES'],
  'SHOW CREATE ROUTINE',
]
const ofServers = [
  ...ofDatabases,
  ...['BINLOG ADMIN', 'BINLOG MONITOR', 'BINLOG REPLAY', 'CONNECTION ADMIN', 'CREATE TABLESPACE', 'CREATE USER'],
  ...['FEDERATED ADMIN', 'FILE', 'PROCESS', 'READ_ONLY ADMIN', 'RELOAD', 'REPLICATION SLAVE'],
  ...['REPLICATION MASTER ADMIN', 'REPLICATION SLAVE ADMIN', 'SET USER', 'SHOW DATABASES', 'SHUTDOWN'],
  ...['SLAVE MONITOR', 'SUPER', 'BACKUP_ADMIN', 'CLONE_ADMIN', 'CONNECTION_ADMIN', 'ROLE_ADMIN', 'SYSTEM_USER'],
  ...['SYSTEM_VARIABLES_ADMIN', 'CREATE ROLE', 'DROP ROLE'],
]

const privilegesOn: Readonly<Record<MysqlGrantSort, readonly string[]>> = {
  all: ofServers,
  database: ofDatabases,
  table: ofTables,
}

const schema = z.strictObject({
  ...mysqlServerShape,
  user: mysqlAccount.describe('Who has them: USER@HOST; USER alone is at localhost.'),
  database: mysqlName.optional().describe('On this database, or in it; left out: on everything.'),
  table: mysqlName.optional().describe('On this table of it.'),
  privileges: z
    .array(z.enum(['ALL', ...ofServers]).meta({ title: 'privilege' }))
    .describe('Exactly these, as GRANT names them; ALL: all that there are.'),
  grantable: z.boolean().optional().describe('They may be passed on.'),
} satisfies Omit<Shape<MysqlGrantProps>, 'mode'>)

const sortOf = ({ database, table }: z.output<typeof schema>): MysqlGrantSort => {
  if (table !== undefined) return 'table'
  return database === undefined ? 'all' : 'database'
}

const spoken: Readonly<Record<MysqlGrantSort, string>> = { all: 'everything', database: 'a database', table: 'a table' }

export const mysqlGrantResource = defineResource({
  type: 'mysqlGrant',
  summary: 'privileges of one user of MariaDB or MySQL on one thing',
  detail: `Exactly the privileges that are written: on everything, on one database, or on one table. The name of a database is a
name: _ and % in it mean themselves, and what somebody granted on a pattern is another matter. The user comes before it; the
database need not be there. Privileges on columns and routines are not looked at. Proved with MariaDB; not tried with MySQL.`,
  reversal: 'Exact: the privileges of before.',
  identity: {
    name: 'id',
    summary: 'A name for these privileges, unique on the host.',
    schema: singleLine.min(1).max(255),
  },
  schema,
  examples: [
    { id: 'app in shop', props: { user: 'app@10.0.%', database: 'shop', privileges: ['ALL'] } },
    { id: 'report reads', props: { user: 'report', database: 'shop', table: 'orders', privileges: ['SELECT'] } },
    { id: 'monitor', props: { user: 'monitor', privileges: ['PROCESS', 'SLAVE MONITOR'] } },
  ],
  together(props) {
    if (props.table !== undefined && props.database === undefined) return ['table goes with database']
    const sort = sortOf(props)
    const wrong = props.privileges.filter((name) => name !== 'ALL' && !privilegesOn[sort].includes(name))
    return wrong.map((name) => `${name} is no privilege on ${spoken[sort]}: ${privilegesOn[sort].join(', ')}`)
  },
  lower(_id, props) {
    const sort = sortOf(props)
    const server = props.socket ?? ''
    const { name, host } = accountOf(props.user)
    const inside = [props.database, props.table].filter((one) => one !== undefined)
    const target = mysqlTarget(server, 'grant', name, host, sort, ...inside)
    const names = props.privileges.includes('ALL') ? ['ALL'] : [...new Set(props.privileges)].toSorted()
    const privileges = [...names, ...(props.grantable === true && names.length > 0 ? ['GRANT OPTION'] : [])].join(',')
    const behind = [
      mysqlKey(server, 'user', name, host),
      ...(props.database === undefined ? [] : [mysqlKey(server, 'database', props.database)]),
    ]
    return { steps: [{ verb: 'MYSQL', target, args: { privileges }, behind }] }
  },
})
