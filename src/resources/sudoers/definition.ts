import { z } from 'zod'
import { defineResource, type LowerContext, type Shape } from '../definition.ts'
import { accountName, asJson, singleLine, textProperty } from '../properties.ts'
import type { SudoersProps } from './sudoers.ts'

const command = singleLine.regex(/^(ALL$|!?\/)/, "a command is an absolute path with its arguments, or 'ALL'")

const schema = z.strictObject({
  content: textProperty.optional().describe('The whole drop-in, as sudoers(5) has it.'),
  users: z.array(accountName).min(1).optional().describe('Users who may.'),
  groups: z.array(accountName).min(1).optional().describe('Groups whose members may.'),
  commands: z.array(command).min(1).optional().describe('Commands with absolute paths; left out: all.'),
  runAs: accountName.optional().describe('As whom; left out: anybody.'),
  nopasswd: z.boolean().optional().describe('Without a password.'),
  absent: z.boolean().optional().describe('The drop-in shall not be there.'),
} satisfies Omit<Shape<SudoersProps>, 'mode'>)

/** The rules that the properties say, one line for each who. */
const rules = (props: z.output<typeof schema>, context: LowerContext): string => {
  const who = [
    ...(props.users ?? []),
    ...(props.groups ?? []).map((name) => `%${context.profile.name('groups', name)}`),
  ]
  const what = (props.commands ?? ['ALL']).join(', ')
  const how = `${props.runAs === undefined ? '(ALL:ALL)' : `(${props.runAs})`} ${props.nopasswd === true ? 'NOPASSWD: ' : ''}`
  return who.map((name) => `${name} ALL=${how}${what}\n`).join('')
}

export const sudoersResource = defineResource({
  type: 'sudoers',
  summary: 'a drop-in of sudo',
  detail: 'Written with mode 0440 and checked by `visudo -cf` before it takes its place, always.',
  reversal: 'Exact.',
  identity: {
    name: 'name',
    summary: 'Name of the drop-in; sudo passes over names with a dot or a tilde at the end.',
    schema: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'a name has letters, digits, - and _: sudo passes over others'),
  },
  schema,
  examples: [
    { id: 'deploy', props: { users: ['deploy'], commands: ['/usr/bin/systemctl restart app'], nopasswd: true } },
    { id: 'timeouts', props: { content: 'Defaults timestamp_timeout=5\n' } },
  ],
  together(props) {
    const rule = props.users ?? props.groups
    if (props.absent === true)
      return (props.content ?? rule) === undefined ? [] : ['a drop-in that is absent says nothing']
    if (props.content !== undefined) {
      return (rule ?? props.commands ?? props.runAs ?? props.nopasswd) === undefined
        ? []
        : ['content is the whole drop-in; users, groups, commands, runAs and nopasswd exclude it']
    }
    return rule === undefined ? ['give content, users or groups'] : []
  },
  lower(id, props, context) {
    const target = `${context.profile.name('paths', 'sudoers-dir')}/${id}`
    if (props.absent === true) return { steps: [{ verb: 'RM', target }] }
    const blob = context.content(props.content === undefined ? rules(props, context) : asJson(props.content), 'content')
    const validate = `${context.profile.name('paths', 'visudo')} -cf %s`
    return { steps: [{ verb: 'COPY', target, args: { blob, group: 'root', mode: '0440', owner: 'root', validate } }] }
  },
})
