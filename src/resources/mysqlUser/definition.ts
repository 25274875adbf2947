import { z } from 'zod'
import { mysqlTarget } from '../../states/mysql/identity.ts'
import { defineResource, type Shape } from '../definition.ts'
import { accountOf, mysqlAccount, mysqlServerShape } from '../mysql-server.ts'
import { argsFrom, asJson, textProperty } from '../properties.ts'
import type { MysqlUserProps } from './mysql-user.ts'

const connectionLimitMost = 4_294_967_295

const schema = z.strictObject({
  ...mysqlServerShape,
  password: textProperty
    .refine((text) => text !== '', 'an empty password lets everybody in')
    .optional()
    .describe('The password, or its hash (* and 40 digits); what travels is the hash.'),
  plugin: z
    .enum(['unix_socket', 'auth_socket'])
    .optional()
    .describe('By the account of the operating system: unix_socket is that of MariaDB, auth_socket that of MySQL.'),
  require: z.enum(['none', 'ssl', 'x509']).optional().describe('What a connection must have.'),
  connectionLimit: z
    .int()
    .min(0)
    .max(connectionLimitMost)
    .optional()
    .describe('How many sessions at once; 0: any number.'),
  locked: z.boolean().optional().describe('Nobody logs in.'),
  absent: z.boolean().optional().describe('The user shall not be there.'),
} satisfies Omit<Shape<MysqlUserProps>, 'mode'>)

export const mysqlUserResource = defineResource({
  type: 'mysqlUser',
  summary: 'a user of MariaDB or MySQL',
  detail: `By the server's own client over the local socket, as root or as root's .my.cnf says. Proved with MariaDB; not tried
with MySQL. Only what is given is managed. Of a password its hash for mysql_native_password is made where hexis runs: the
password itself never reaches the host, and the hash is on no command line, in no plan and in no log of the server. A user
that is made without password and plugin has a password that nobody knows. Where the server is not there yet, or does not
run, the plan says that the user is not known until then.`,
  reversal: `Exact: SHOW CREATE USER and SHOW GRANTS say what they said before, of a user that was dropped too. The server
has no transactions for users: what was done before a failure is taken back statement by statement.`,
  identity: { name: 'account', summary: 'USER@HOST; USER alone is at localhost.', schema: mysqlAccount },
  schema,
  examples: [
    { id: 'report', props: { plugin: 'unix_socket' } },
    { id: 'app@10.0.%', props: { require: 'ssl', connectionLimit: 20 } },
    { id: 'old@%', props: { absent: true } },
  ],
  together(props) {
    const others = Object.entries(props).filter(
      ([name, value]) => value !== undefined && !['absent', 'socket'].includes(name),
    )
    if (props.absent === true) return others.length > 0 ? ['a user that is absent has no other property'] : []
    return props.password !== undefined && props.plugin !== undefined ? ['give one of password and plugin'] : []
  },
  lower(id, props, context) {
    const { name, host } = accountOf(id)
    const target = mysqlTarget(props.socket ?? '', 'user', name, host)
    if (props.absent === true) return { steps: [{ verb: 'MYSQL', target, args: { type: 'absent' } }] }
    const { password } = props
    const args = argsFrom({
      type: 'present',
      plugin: password === undefined ? props.plugin : 'mysql_native_password',
      password:
        password === undefined
          ? undefined
          : context.verifier(asJson(password), 'password', 'mysql_native_password', ''),
      require: props.require,
      connlimit: props.connectionLimit,
      locked: props.locked,
    })
    return { steps: [{ verb: 'MYSQL', target, args }] }
  },
})
