import { createHash } from 'node:crypto'
import { z } from 'zod'
import { keyIn, targetOf } from '../../states/postgres/identity.ts'
import { encode } from '../../steps/encoding.ts'
import { defineResource, type Shape } from '../definition.ts'
import { connectionLimit, postgresName, serverOf, serverShape } from '../postgres-server.ts'
import { argsFrom, asJson, onlyYes, singleLine, textProperty } from '../properties.ts'
import type { PostgresRoleProps } from './postgres-role.ts'

const saltBytes = 16

/** `2027-01-31T10:00+01:00` → `2027-01-31T09:00:00Z`; a day begins at 0:00 UTC. Undefined for what is none. */
const instant = (text: string): string | undefined => {
  if (text === '') return ''
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime()) || !new Date(text.slice(0, 10)).toISOString().startsWith(text.slice(0, 10)))
    return undefined
  return time.toISOString().replace(/\.\d+Z$/, 'Z')
}

const yes = (what: string): z.ZodOptional<z.ZodBoolean> => z.boolean().optional().describe(what)

const schema = z.strictObject({
  ...serverShape,
  login: yes('A user, who may log in.'),
  superuser: yes('May do everything.'),
  createDb: yes('May make databases.'),
  createRole: yes('May make roles.'),
  inherit: yes('Has the privileges of the roles that it is a member of, without asking for them.'),
  replication: yes('May replicate.'),
  bypassRls: yes('Sees every row.'),
  connectionLimit: connectionLimit.optional().describe('How many sessions at once; -1: any number.'),
  validUntil: z
    .string()
    .refine(
      (text) => instant(text) !== undefined,
      "it is a day ('2027-01-31'), a time with its zone, or empty for never",
    )
    .optional()
    .describe('Until when the password is worth something.'),
  password: textProperty
    .refine((text) => text !== '', 'an empty password lets nobody in')
    .optional()
    .describe('The password, or its verifier (SCRAM-SHA-256$…); what travels is the verifier.'),
  memberOf: z.array(postgresName).optional().describe('Roles whose member it is, exactly these unless appendMemberOf.'),
  appendMemberOf: yes('Be a member of `memberOf` at least; others stay.'),
  comment: singleLine.optional().describe('What it is for.'),
  absent: yes('The role shall not be there.'),
} satisfies Omit<Shape<PostgresRoleProps>, 'mode'>)

const itemOf = (name: string): string =>
  encode(name).replace(/[,*/]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

export const postgresRoleResource = defineResource({
  type: 'postgresRole',
  summary: 'a role of PostgreSQL: a user or a group',
  detail: `By psql over the local socket, as the account whose server it is; PostgreSQL 10 or later. Only what is given is
managed. Of a password its SCRAM verifier is made where hexis runs, with a salt that belongs to this host and role: the
password itself never reaches the host, and no verifier is on a command line, in a plan, or in the log of the server. A
verifier that somebody else made of the same password has another salt, and is replaced once. Roles that it is a member of
come before it. Where the server is not there yet, or does not run, the plan says that the role is not known until then.`,
  reversal: `Exact: its attributes, memberships both ways, settings, comment and verifier are as before. From PostgreSQL 16 on
the options of a membership but for ADMIN are not looked at. A role that owns something, or has privileges, is not dropped:
the step fails and says what.`,
  identity: {
    name: 'name',
    summary: 'Name of the role.',
    schema: postgresName
      .refine((name) => !name.startsWith('pg_'), 'names with pg_ belong to PostgreSQL itself')
      .refine((name) => name !== 'public' && name !== 'none', 'public and none are words of SQL, and no roles'),
  },
  schema,
  examples: [
    { id: 'readers', props: {} },
    { id: 'app', props: { login: true, memberOf: ['readers'], connectionLimit: 20 } },
    { id: 'backup', props: { login: true, replication: true, validUntil: '2030-01-01' } },
    { id: 'old', props: { absent: true } },
  ],
  together(props, id) {
    const others = Object.entries(props).filter(
      ([name, value]) => value !== undefined && !['absent', 'port', 'socket'].includes(name),
    )
    if (props.absent === true) return others.length > 0 ? ['a role that is absent has no other property'] : []
    if (props.memberOf?.includes(id) === true) return ['a role is no member of itself']
    return props.appendMemberOf === true && props.memberOf === undefined ? ['appendMemberOf needs memberOf'] : []
  },
  lower(id, props, context) {
    const server = serverOf(props)
    const target = targetOf(server, 'role', id)
    if (props.absent === true) return { steps: [{ verb: 'POSTGRES', target, args: { type: 'absent' } }] }
    const salt = createHash('sha256').update([context.site, context.host, target].join('\0')).digest()
    const args = argsFrom({
      type: 'present',
      login: props.login,
      superuser: props.superuser,
      createdb: props.createDb,
      createrole: props.createRole,
      inherit: props.inherit,
      replication: props.replication,
      bypassrls: props.bypassRls,
      connlimit: props.connectionLimit,
      validuntil: props.validUntil === undefined ? undefined : instant(props.validUntil),
      memberof:
        props.memberOf === undefined ? undefined : [...new Set(props.memberOf.map(itemOf))].toSorted().join(','),
      append: onlyYes(props.appendMemberOf),
      comment: props.comment,
      password:
        props.password === undefined
          ? undefined
          : context.verifier(
              asJson(props.password),
              'password',
              'scram-sha-256',
              salt.subarray(0, saltBytes).toString('base64'),
            ),
    })
    const behind = props.memberOf?.map((name) => keyIn(server, 'role', name)) ?? []
    return { steps: [{ verb: 'POSTGRES', target, args, behind }] }
  },
})
