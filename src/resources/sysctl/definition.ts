import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { singleLine } from '../properties.ts'
import type { SysctlProps } from './sysctl.ts'

const schema = z.strictObject({
  value: z
    .union([z.int(), singleLine.regex(/\S/, 'a value says something')])
    .describe('The value: a number, or text; several numbers are parted by spaces.')
    .meta({ title: 'value' }),
  live: z
    .boolean()
    .optional()
    .describe('False: only the file, which holds from the next boot; the running kernel is left alone.'),
} satisfies Omit<Shape<SysctlProps>, 'mode'>)

const swapped = (name: string): string => name.replace(/[./]/g, (found) => (found === '.' ? '/' : '.'))

/** As sysctl(8) has it: where the first mark is a `/`, slashes part the name and a dot is a dot. Here, dots part it. */
const dotted = (name: string): string => (/^[^.]*\//.test(name) ? swapped(name) : name)

const nameMistake = (name: string): string | undefined => {
  if (!/^[A-Za-z][A-Za-z0-9_@+./-]*$/.test(name)) return "a setting has a name such as 'net.ipv4.ip_forward'"
  const words = swapped(dotted(name)).split('/')
  if (words.includes('.') || words.includes('..')) return 'a name leads nowhere else: no part of it is . or ..'
  if (words.length < 2 || words.includes('')) return "a setting has a name such as 'net.ipv4.ip_forward'"
  return dotted(name) === 'kernel.hostname' ? 'the name of the host is a resource of its own: hostname' : undefined
}

/** The kernel shows numbers with one TAB between, people write spaces; other text is what it is. */
const spelled = (value: string | number): string => {
  const text = String(value).trim()
  return /^[0-9\s-]+$/.test(text) ? text.split(/\s+/).join(' ') : text
}

/** Those of every interface set that of each with them: at boot they must come before what is said of a single one. */
const ofAll = /^net\.ipv[46]\.(ip_forward$|conf\.(all|default)\.)/

/** Files are read in the order of their names; the last one holds. */
const fileName = (name: string): string => `${ofAll.test(name) ? 'zy' : 'zz'}-hexis-${name.replaceAll('/', '.')}.conf`

export const sysctlResource = defineResource({
  type: 'sysctl',
  summary: 'a setting of the kernel, now and after a reboot',
  detail: `The value in force and a file of its own, which is read after all others at boot. Where a part of the name has a dot
in it, write a slash for that dot: \`net.ipv4.conf.eth0/100.forwarding\`. A value that the kernel refuses fails the step.
Settings of a module are there once it is loaded: a \`kernelModule\` comes first. In an image or chroot only the file is written.`,
  reversal: `Exact: the file goes, and the value of before is in force again. Best effort for what the kernel sets along with
it (net.ipv4.ip_forward: forwarding of every interface, and redirects): that follows it back, but is not remembered.`,
  identity: {
    name: 'name',
    summary: 'Name of the setting, as sysctl(8) has it.',
    schema: z
      .string()
      .max(200, 'a name has at most 200 characters')
      .superRefine((name, context) => {
        const message = nameMistake(name)
        if (message !== undefined) context.addIssue({ code: 'custom', message })
      }),
  },
  schema,
  examples: [
    { id: 'net.ipv4.ip_forward', props: { value: 1 } },
    { id: 'net.ipv4.tcp_rmem', props: { value: '4096 131072 6291456' } },
    { id: 'vm.swappiness', props: { value: 10, live: false } },
  ],
  lower(id, props, context) {
    const name = dotted(id)
    const value = spelled(props.value)
    // With a slash at first, every reader of such files takes a dot for a dot.
    const written = name.includes('/') ? swapped(name) : name
    const file = {
      verb: 'COPY',
      target: `${context.profile.name('paths', 'sysctl-dir')}/${fileName(name)}`,
      args: {
        blob: context.content(`${written} = ${value}\n`, 'value'),
        group: 'root',
        mode: '0644',
        owner: 'root',
        parents: 'yes',
      },
    }
    const live = props.live !== false && context.can('kernel')
    return { steps: [file, ...(live ? [{ verb: 'SYSCTL', target: name, args: { value } }] : [])] }
  },
})
