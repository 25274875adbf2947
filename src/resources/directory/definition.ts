import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { modeDigits } from '../mode.ts'
import { argsFrom, mode, normalPath, onlyYes, ownerName, ownPath } from '../properties.ts'
import type { DirectoryProps } from './directory.ts'

const schema = z.strictObject({
  mode: mode.optional().describe("Permissions: '0755' or 'u=rwx,go=rx'."),
  owner: ownerName.optional().describe('Owning user.'),
  group: ownerName.optional().describe('Owning group.'),
  absent: z.boolean().optional().describe('The directory shall not be there.'),
  parents: z.boolean().optional().describe('Make missing parent directories.'),
} satisfies Shape<DirectoryProps>)

export const directoryResource = defineResource({
  type: 'directory',
  summary: 'a directory: permissions, owner',
  detail: 'What lies in it is not touched, also when the directory is no longer declared: then it stays and says why.',
  reversal: 'Exact while nothing foreign lies in it.',
  identity: { name: 'path', summary: 'Where it lies on the host, absolute.', schema: ownPath },
  schema,
  examples: [{ id: '/srv/app', props: { owner: 'app', group: 'app', mode: '0750' } }],
  together: (props) =>
    props.absent === true && Object.values(props).filter((value) => value !== undefined).length > 1
      ? ['a directory that is absent has no other property']
      : [],
  lower(id, props, context) {
    const target = normalPath(id)
    if (props.absent === true) return { steps: [{ verb: 'RM', target }] }
    const args = argsFrom({
      mode: props.mode === undefined ? undefined : modeDigits(props.mode),
      owner: props.owner,
      group: props.group === undefined ? undefined : context.profile.name('groups', props.group),
      parents: onlyYes(props.parents),
    })
    return { steps: [{ verb: 'DIR', target, args }] }
  },
})
