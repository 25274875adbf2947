import { z } from 'zod'
import { keyIn, targetOf } from '../../states/postgres/identity.ts'
import { defineResource, type Shape } from '../definition.ts'
import { connectionLimit, postgresName, serverOf, serverShape } from '../postgres-server.ts'
import { argsFrom, singleLine } from '../properties.ts'
import type { PostgresDatabaseProps } from './postgres-database.ts'

/** What a database can be in; others are for clients only. */
const encodings = [
  ...['UTF8', 'SQL_ASCII', 'EUC_CN', 'EUC_JIS_2004', 'EUC_JP', 'EUC_KR', 'EUC_TW', 'ISO_8859_5', 'ISO_8859_6'],
  ...['ISO_8859_7', 'ISO_8859_8', 'KOI8R', 'KOI8U', 'LATIN1', 'LATIN2', 'LATIN3', 'LATIN4', 'LATIN5', 'LATIN6'],
  ...['LATIN7', 'LATIN8', 'LATIN9', 'LATIN10', 'MULE_INTERNAL', 'WIN866', 'WIN874', 'WIN1250', 'WIN1251', 'WIN1252'],
  ...['WIN1253', 'WIN1254', 'WIN1255', 'WIN1256', 'WIN1257', 'WIN1258'],
] as const

const schema = z.strictObject({
  ...serverShape,
  owner: postgresName.optional().describe('The role that it belongs to.'),
  encoding: z
    .enum(encodings)
    .optional()
    .describe('UTF8, LATIN1 …; cannot be changed afterwards.')
    .meta({ title: 'encoding' }),
  locale: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_.@-]{0,62}$/, "it is the name of a locale, such as 'C.UTF-8'")
    .optional()
    .describe('Order and sorts of characters; cannot be changed afterwards.'),
  connectionLimit: connectionLimit.optional().describe('How many sessions at once; -1: any number.'),
  comment: singleLine.optional().describe('What it is for.'),
  absent: z.boolean().optional().describe('The database shall not be there; what it holds is lost.'),
} satisfies Omit<Shape<PostgresDatabaseProps>, 'mode'>)

export const postgresDatabaseResource = defineResource({
  type: 'postgresDatabase',
  summary: 'a database of PostgreSQL',
  detail: `By psql over the local socket, as the account whose server it is. Its owner comes before it. Encoding and locale are
those of the template where they are left out; another one than the database has is refused, since PostgreSQL cannot change
it. \`absent: true\` drops the database with all that it holds: the plan says so, and needs --allow-irreversible. One that
is no longer declared, and that Hexis made, goes only where nobody made anything in it; else it stays, and so does its owner.`,
  reversal: `Exact for its owner, limit and comment, and for one that was made and is still empty. One that was dropped does not
come back with what it held: irreversible, unless it was empty.`,
  identity: {
    name: 'name',
    summary: 'Name of the database.',
    schema: postgresName.refine(
      (name) => !/^(template0|template1|postgres)$/.test(name),
      'this one belongs to PostgreSQL itself',
    ),
  },
  schema,
  examples: [
    { id: 'shop', props: { owner: 'app', encoding: 'UTF8', locale: 'C.UTF-8' } },
    { id: 'old', props: { absent: true } },
  ],
  together(props) {
    const others = Object.entries(props).filter(
      ([name, value]) => value !== undefined && !['absent', 'port', 'socket'].includes(name),
    )
    return props.absent === true && others.length > 0 ? ['a database that is absent has no other property'] : []
  },
  lower(id, props) {
    const server = serverOf(props)
    const target = targetOf(server, 'database', id)
    if (props.absent === true) return { steps: [{ verb: 'POSTGRES', target, args: { type: 'absent' } }] }
    const args = argsFrom({
      type: 'present',
      owner: props.owner,
      encoding: props.encoding,
      collate: props.locale,
      ctype: props.locale,
      connlimit: props.connectionLimit,
      comment: props.comment,
    })
    const behind = props.owner === undefined ? [] : [keyIn(server, 'role', props.owner)]
    return { steps: [{ verb: 'POSTGRES', target, args, behind }] }
  },
})
