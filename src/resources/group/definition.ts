import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { accountName, accountNumber, argsFrom, onlyYes } from '../properties.ts'
import type { GroupProps } from './group.ts'

const schema = z.strictObject({
  gid: accountNumber.optional().describe('Its number; given by the system when left out.'),
  system: z.boolean().optional().describe('Take the number from the system range when it is made.'),
  members: z.array(accountName).optional().describe('Exactly these members; not managed when left out.'),
  absent: z.boolean().optional().describe('The group shall not be there.'),
} satisfies Omit<Shape<GroupProps>, 'mode'>)

export const groupResource = defineResource({
  type: 'group',
  summary: 'a group of users',
  detail: 'Names such as `wheel` are those of the operating system in the end: `sudo` on Debian.',
  reversal: 'Exact.',
  identity: { name: 'name', summary: 'Name of the group.', schema: accountName },
  schema,
  examples: [{ id: 'app', props: { gid: 900 } }],
  together: (props) =>
    props.absent === true && Object.values(props).filter((value) => value !== undefined).length > 1
      ? ['a group that is absent has no other property']
      : [],
  lower(id, props, context) {
    const target = context.profile.name('groups', id)
    if (props.absent === true) return { steps: [{ verb: 'GROUP', target, args: { type: 'absent' } }] }
    const args = argsFrom({
      gid: props.gid,
      system: onlyYes(props.system),
      members: props.members?.toSorted().join(','),
    })
    return { steps: [{ verb: 'GROUP', target, args }] }
  },
})
