import { isIP } from 'node:net'
import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import type { HostsProps } from './hosts.ts'

const hostName = z
  .string()
  .max(253, 'a name has at most 253 characters')
  .regex(/^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/, {
    message: 'a name has letters, digits, - and _, parted by dots',
  })

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1'])

/** The line of an address, however it is indented and its letters are written. */
const lineOf = (address: string): string => `^\\s*${address.replace(/[.]/g, '\\.')}\\s`

export const hostsResource = defineResource({
  type: 'hosts',
  summary: 'the names of an address, in the hosts file',
  detail: `The line of the address has these names and no others; the other lines stay as they are. Where there are several
lines of one address, the first is meant. The same name on a line of another address is looked up there too.`,
  reversal: 'Exact while its neighbours are unchanged: the earlier line comes back, or the line goes.',
  identity: {
    name: 'address',
    summary: 'An address, IPv4 or IPv6.',
    schema: z.string().refine((text) => isIP(text) !== 0, "an address is written as '10.0.0.5' or '2001:db8::5'"),
  },
  schema: z.strictObject({
    names: z.array(hostName).min(1).optional().describe('The names of the address; the first is its proper one.'),
    absent: z.boolean().optional().describe('No line of this address shall be there.'),
  } satisfies Omit<Shape<HostsProps>, 'mode'>),
  examples: [
    { id: '10.0.0.5', props: { names: ['db', 'db.lan'] } },
    { id: '2001:db8::5', props: { names: ['db6'] } },
    { id: '10.0.0.6', props: { absent: true } },
  ],
  together({ names, absent }, id) {
    if ((names === undefined) !== (absent === true)) return ['give names, or absent: true']
    const twice = names?.find((name, at) => names.indexOf(name) !== at)
    if (twice !== undefined) return [`the name ${twice} is there twice`]
    if (loopback.has(id) && names?.includes('localhost') !== true)
      return [`the line of ${id} is that of localhost: without this name programs fail to reach their own host`]
    return []
  },
  lower(id, { names, absent }, context) {
    const target = context.profile.name('paths', 'hosts-file')
    const which = { id, match: lineOf(id), flags: 'i' }
    if (absent === true) return { steps: [{ verb: 'LINE', target, args: { ...which, absent: 'yes' } }] }
    const line = [id, ...(names ?? [])].join(' ')
    return { steps: [{ verb: 'LINE', target, args: { ...which, create: 'yes', line } }] }
  },
})
