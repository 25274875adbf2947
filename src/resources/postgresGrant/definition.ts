import { z } from 'zod'
import { type GrantSort, keyIn, targetOf } from '../../states/postgres/identity.ts'
import { defineResource, type Shape } from '../definition.ts'
import { postgresName, serverOf, serverShape } from '../postgres-server.ts'
import { singleLine } from '../properties.ts'
import type { PostgresGrantProps } from './postgres-grant.ts'

const ofTables = ['DELETE', 'INSERT', 'REFERENCES', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE']
const ofSequences = ['SELECT', 'UPDATE', 'USAGE']

/** What ALL means for each sort of thing. */
const privilegesOn: Readonly<Record<GrantSort, readonly string[]>> = {
  database: ['CONNECT', 'CREATE', 'TEMPORARY'],
  schema: ['CREATE', 'USAGE'],
  table: ofTables,
  tables: ofTables,
  sequence: ofSequences,
  sequences: ofSequences,
}

const schema = z.strictObject({
  ...serverShape,
  role: postgresName.describe('Who has them; public: everybody.'),
  database: postgresName.describe('On this database, or in it.'),
  schema: postgresName
    .optional()
    .describe('On this schema, or what lies in it; left out for tables and sequences: public.'),
  table: z
    .union([postgresName, z.literal(true)])
    .optional()
    .describe('One table or view; true: all of the schema.'),
  sequence: z
    .union([postgresName, z.literal(true)])
    .optional()
    .describe('One sequence; true: all of the schema.'),
  privileges: z
    .array(z.enum(['ALL', ...new Set(Object.values(privilegesOn).flat())]).meta({ title: 'privilege' }))
    .describe('Exactly these, as GRANT names them; ALL: all that there are.'),
  grantable: z.boolean().optional().describe('They may be passed on.'),
} satisfies Omit<Shape<PostgresGrantProps>, 'mode'>)

type Props = z.output<typeof schema>

const sortOf = ({ schema: inside, table, sequence }: Props): GrantSort => {
  if (table !== undefined) return table === true ? 'tables' : 'table'
  if (sequence !== undefined) return sequence === true ? 'sequences' : 'sequence'
  return inside === undefined ? 'database' : 'schema'
}

/** Behind the database: schema and object, as far as the sort has them. */
const namesOf = (props: Props): readonly string[] => {
  const sort = sortOf(props)
  if (sort === 'database') return []
  const object = props.table ?? props.sequence
  return [props.schema ?? 'public', ...(typeof object === 'string' ? [object] : [])]
}

const spoken: Readonly<Record<GrantSort, string>> = {
  database: 'a database',
  schema: 'a schema',
  table: 'a table',
  tables: 'tables',
  sequence: 'a sequence',
  sequences: 'sequences',
}

export const postgresGrantResource = defineResource({
  type: 'postgresGrant',
  summary: 'privileges of one role on one thing of PostgreSQL',
  detail: `Exactly the privileges that are written, on a database, a schema, one table or sequence, or all that a schema has.
Tables that come later do not have them by themselves: the next run finds that and grants them. What PostgreSQL gives to
everybody (CONNECT and TEMPORARY on a database) belongs to the role public. Role and database come before it. Privileges on
columns are not looked at. ALL are those that PostgreSQL 15 knows.`,
  reversal: 'Exact: the privileges of before, on each table by itself where they were not the same on all.',
  identity: {
    name: 'id',
    summary: 'A name for these privileges, unique on the host.',
    schema: singleLine.min(1).max(255),
  },
  schema,
  examples: [
    { id: 'app connects', props: { role: 'app', database: 'shop', privileges: ['CONNECT'] } },
    { id: 'nobody else', props: { role: 'public', database: 'shop', privileges: [] } },
    { id: 'app uses', props: { role: 'app', database: 'shop', schema: 'public', privileges: ['USAGE'] } },
    { id: 'app reads', props: { role: 'app', database: 'shop', table: true, privileges: ['SELECT'] } },
  ],
  together(props) {
    if (props.table !== undefined && props.sequence !== undefined) return ['give one of table and sequence']
    const sort = sortOf(props)
    const wrong = props.privileges.filter((name) => name !== 'ALL' && !privilegesOn[sort].includes(name))
    return wrong.map((name) => `${name} is no privilege on ${spoken[sort]}: ${privilegesOn[sort].join(', ')}`)
  },
  lower(_id, props) {
    const sort = sortOf(props)
    const server = serverOf(props)
    const target = targetOf(server, 'grant', props.role, sort, props.database, ...namesOf(props))
    const names = props.privileges.includes('ALL') ? privilegesOn[sort] : props.privileges
    const mark = props.grantable === true ? '*' : ''
    const privileges = [...new Set(names)]
      .toSorted()
      .map((name) => `${name}${mark}`)
      .join(',')
    const behind = [keyIn(server, 'role', props.role), keyIn(server, 'database', props.database)]
    return { steps: [{ verb: 'POSTGRES', target, args: { privileges }, behind }] }
  },
})
