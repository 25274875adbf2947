import { z } from 'zod'
import { defineResource, type LowerContext, type Shape } from '../definition.ts'
import {
  accountName,
  accountNumber,
  argsFrom,
  asJson,
  hostPath,
  normalPath,
  onlyYes,
  textProperty,
} from '../properties.ts'
import type { UserProps } from './user.ts'

const isDay = (day: string): boolean =>
  day === '' ||
  (/^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day))

const schema = z.strictObject({
  uid: accountNumber.optional().describe('Its number; given by the system when left out.'),
  group: accountName.optional().describe('Primary group.'),
  groups: z.array(accountName).optional().describe('Supplementary groups, exactly these unless appendGroups.'),
  appendGroups: z.boolean().optional().describe('Be in `groups` at least; others stay.'),
  home: hostPath.optional().describe('Home directory.'),
  createHome: z
    .boolean()
    .optional()
    .describe(
      'Make the home directory when it is missing; left out: only with a new account that is not of the system.',
    ),
  shell: z
    .union([z.literal('nologin'), hostPath])
    .optional()
    .describe('Login shell; `nologin` is that of the operating system.'),
  comment: z
    .string()
    .regex(/^[^:\n\0]*$/, 'it is one line without a colon')
    .optional()
    .describe('Full name or purpose.'),
  locked: z.boolean().optional().describe('No login by password.'),
  expiry: z
    .string()
    .refine(isDay, 'it is a day, YYYY-MM-DD, or empty for never')
    .optional()
    .describe('Day after which the account is closed.'),
  password: textProperty.optional().describe('Hash of the password as crypt(3) makes it, never the password itself.'),
  system: z.boolean().optional().describe('Take the number from the system range when it is made.'),
  absent: z.boolean().optional().describe('The user shall not be there.'),
  purgeHome: z.boolean().optional().describe('Also delete the home directory when the user goes.'),
} satisfies Omit<Shape<UserProps>, 'mode'>)

const groupNames = (groups: readonly string[] | undefined, context: LowerContext): string | undefined =>
  groups === undefined
    ? undefined
    : [...new Set(groups.map((name) => context.profile.name('groups', name)))].toSorted().join(',')

export const userResource = defineResource({
  type: 'user',
  summary: 'a user account',
  detail: `Only what is given is managed. The home directory is kept when the user goes, unless purgeHome.
A password is given as its hash; it travels on standard input, never on a command line.`,
  reversal: 'Best effort: what the user owned outside of its home, and its mail, stays.',
  identity: { name: 'name', summary: 'Login name.', schema: accountName },
  schema,
  examples: [
    { id: 'app', props: { uid: 900, group: 'app', home: '/srv/app', shell: 'nologin' } },
    { id: 'alice', props: { groups: ['wheel'], appendGroups: true, createHome: true, shell: '/bin/bash' } },
  ],
  together(props) {
    const others = Object.entries(props).filter(
      ([name, value]) => value !== undefined && !/^(absent|purgeHome)$/.test(name),
    )
    if (props.absent === true && others.length > 0) return ['a user that is absent has no other property but purgeHome']
    return props.appendGroups === true && props.groups === undefined ? ['appendGroups needs groups'] : []
  },
  lower(id, props, context) {
    if (props.absent === true) {
      return {
        steps: [{ verb: 'USER', target: id, args: argsFrom({ type: 'absent', purgehome: onlyYes(props.purgeHome) }) }],
      }
    }
    const args = argsFrom({
      uid: props.uid,
      gid: props.group === undefined ? undefined : context.profile.name('groups', props.group),
      groups: groupNames(props.groups, context),
      append: onlyYes(props.appendGroups),
      home: props.home === undefined ? undefined : normalPath(props.home),
      createhome: props.createHome,
      shell: props.shell === 'nologin' ? context.profile.name('paths', 'nologin-shell') : props.shell,
      comment: props.comment,
      locked: props.locked,
      expiry: props.expiry,
      password: props.password === undefined ? undefined : context.sealed(asJson(props.password), 'password'),
      system: onlyYes(props.system),
      purgehome: onlyYes(props.purgeHome),
    })
    return { steps: [{ verb: 'USER', target: id, args }] }
  },
})
