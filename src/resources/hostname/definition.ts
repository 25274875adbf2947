import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import type { HostnameProps } from './hostname.ts'

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'

export const hostnameResource = defineResource({
  type: 'hostname',
  summary: 'the name of the host',
  detail: 'Both the name in force now and the one after a reboot. A host has one name.',
  reversal: 'Exact.',
  identity: {
    name: 'name',
    summary: 'The name, at most 64 characters.',
    schema: z
      .string()
      .max(64, 'a name has at most 64 characters')
      .regex(new RegExp(`^${label}(\\.${label})*$`, 'i'), 'a name has letters, digits and -, parted by dots'),
  },
  schema: z.strictObject({} satisfies Omit<Shape<HostnameProps>, 'mode'>),
  examples: [{ id: 'web1', props: {} }],
  lower: (id) => ({ steps: [{ verb: 'HOSTNAME', target: 'system', args: { name: id } }] }),
})
