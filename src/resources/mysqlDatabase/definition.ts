import { z } from 'zod'
import { mysqlTarget } from '../../states/mysql/identity.ts'
import { defineResource, type Shape } from '../definition.ts'
import { mysqlName, mysqlServerShape } from '../mysql-server.ts'
import { argsFrom } from '../properties.ts'
import type { MysqlDatabaseProps } from './mysql-database.ts'

const charsets = [
  ...['utf8mb4', 'utf8mb3', 'latin1', 'latin2', 'latin5', 'latin7', 'ascii', 'binary', 'ucs2', 'utf16', 'utf16le'],
  ...['utf32', 'big5', 'gbk', 'gb2312', 'gb18030', 'sjis', 'cp932', 'ujis', 'eucjpms', 'euckr', 'tis620', 'greek'],
  ...['hebrew', 'koi8r', 'koi8u', 'cp1250', 'cp1251', 'cp1256', 'cp1257', 'cp850', 'cp852', 'cp866', 'dec8', 'hp8'],
  ...['swe7', 'armscii8', 'geostd8', 'keybcs2', 'macce', 'macroman'],
] as const

const schema = z.strictObject({
  ...mysqlServerShape,
  charset: z
    .enum(charsets)
    .optional()
    .describe('What new tables have: utf8mb4, latin1 …')
    .meta({ title: 'character set' }),
  collation: z
    .string()
    .regex(/^[a-z0-9]+(_[a-z0-9]+)*$/, "it is the name of a collation, such as 'utf8mb4_bin'")
    .optional()
    .describe('How new tables are sorted.'),
  absent: z.boolean().optional().describe('The database shall not be there; what it holds is lost.'),
} satisfies Omit<Shape<MysqlDatabaseProps>, 'mode'>)

const systemDatabases = /^(mysql|information_schema|performance_schema|sys)$/i

export const mysqlDatabaseResource = defineResource({
  type: 'mysqlDatabase',
  summary: 'a database of MariaDB or MySQL',
  detail: `By the server's own client over the local socket. Proved with MariaDB; not tried with MySQL. Character set and
collation are those of the server where they are left out; tables that are there keep theirs. \`absent: true\` drops the
database with all that it holds: the plan says so, and needs --allow-irreversible. One that is no longer declared, and that
Hexis made, goes only where there is nothing in it; else it stays.`,
  reversal: `Exact for character set and collation, and for one that is empty. One that was dropped does not come back with what
it held: irreversible.`,
  identity: {
    name: 'name',
    summary: 'Name of the database.',
    schema: mysqlName.refine((name) => !systemDatabases.test(name), 'this one belongs to the server itself'),
  },
  schema,
  examples: [
    { id: 'shop', props: { charset: 'utf8mb4', collation: 'utf8mb4_unicode_ci' } },
    { id: 'old', props: { absent: true } },
  ],
  together({ charset, collation, absent }) {
    if (absent === true && (charset !== undefined || collation !== undefined))
      return ['a database that is absent has no other property']
    if (charset === undefined || collation === undefined) return []
    return collation === charset || collation.startsWith(`${charset}_`) || collation.startsWith('uca1400_')
      ? []
      : [`${collation} is no collation of ${charset}: their names begin with ${charset}_`]
  },
  lower(id, props) {
    const target = mysqlTarget(props.socket ?? '', 'database', id)
    if (props.absent === true) return { steps: [{ verb: 'MYSQL', target, args: { type: 'absent' } }] }
    const args = argsFrom({ type: 'present', charset: props.charset, collate: props.collation })
    return { steps: [{ verb: 'MYSQL', target, args }] }
  },
})
