import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { argsFrom, normalPath, onlyYes, ownPath } from '../properties.ts'
import type { LinkProps } from './link.ts'

const schema = z.strictObject({
  target: z
    .string()
    .min(1)
    .regex(/^[^\0]*$/, 'a target holds no NUL')
    .optional()
    .describe('What the link points to, as written.'),
  hard: z.boolean().optional().describe('A hard link instead of a symbolic one.'),
  absent: z.boolean().optional().describe('The link shall not be there.'),
} satisfies Shape<LinkProps>)

export const linkResource = defineResource({
  type: 'link',
  summary: 'a symbolic or hard link',
  detail: 'Replaced in one step, so that there is always one. A directory is never replaced by a link.',
  reversal: 'Exact.',
  identity: { name: 'path', summary: 'Where the link lies on the host, absolute.', schema: ownPath },
  schema,
  examples: [{ id: '/etc/localtime', props: { target: '/usr/share/zoneinfo/Europe/Berlin' } }],
  together(props) {
    if (props.absent === true) return props.target === undefined ? [] : ['a link that is absent has no target']
    if (props.target === undefined) return ['target is missing; or write absent: true']
    return props.hard === true && !props.target.startsWith('/') ? ['the target of a hard link is an absolute path'] : []
  },
  lower(id, props) {
    const target = normalPath(id)
    if (props.absent === true) return { steps: [{ verb: 'RM', target }] }
    return { steps: [{ verb: 'LINK', target, args: argsFrom({ target: props.target, hard: onlyYes(props.hard) }) }] }
  },
})
