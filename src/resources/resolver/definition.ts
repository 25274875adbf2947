import { isIP } from 'node:net'
import { z } from 'zod'
import { defineResource, type LowerContext, type Shape } from '../definition.ts'
import { normalPath } from '../properties.ts'
import type { ResolverManager, ResolverOptions, ResolverProps } from './resolver.ts'
import { resolverManagers, wayOf } from './written.ts'

const server = z
  .string()
  .refine((text) => isIP(text.replace(/%.*$/, '')) !== 0, "a server is an address: '10.0.0.53' or '2001:db8::53'")
const domain = z
  .string()
  .max(253, 'a domain has at most 253 characters')
  .regex(/^([A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/, {
    message: 'a domain has letters, digits, - and _, parted by dots',
  })

/** Bounds of resolv.conf(5): the C library takes what is above them for the bound. */
const number = (least: number, most: number) =>
  z.int().min(least, `it is ${least} to ${most}`).max(most, `it is ${least} to ${most}`)

const options = z.strictObject({
  ndots: number(0, 15).optional(),
  timeout: number(1, 30).optional(),
  attempts: number(1, 5).optional(),
  rotate: z.boolean().optional(),
  edns0: z.boolean().optional(),
  'trust-ad': z.boolean().optional(),
  'use-vc': z.boolean().optional(),
  'single-request': z.boolean().optional(),
  'single-request-reopen': z.boolean().optional(),
  'no-reload': z.boolean().optional(),
} satisfies { readonly [Name in keyof ResolverOptions]-?: z.ZodType })

const schema = z.strictObject({
  servers: z.array(server).min(1).optional().describe('Addresses of the name servers, in the order of asking.'),
  search: z.array(domain).min(1).optional().describe('Domains in which names without a dot are looked up.'),
  options: options.optional().describe('How the C library asks, as resolv.conf(5) has it.').meta({ title: 'options' }),
  manager: z
    .enum(['file', 'systemd-resolved', 'networkmanager', 'netconfig', 'openresolv'] satisfies ResolverManager[])
    .optional()
    .describe('What keeps up the file on this host, where the profile says something else.'),
} satisfies Omit<Shape<ResolverProps>, 'mode'>)

const twice = (list: readonly string[] = []): string | undefined => list.find((one, at) => list.indexOf(one) !== at)

/** Is something declared that brings another owner in this very run? Then what is there now says nothing. */
const comes = (manager: string, { resources, profile }: LowerContext): boolean => {
  const file = profile.name('paths', 'resolver-file')
  return resources.some(
    ({ type, id }) =>
      ((type === 'link' || type === 'file') && normalPath(id) === file) ||
      (type === 'package' && profile.name('packages', id) === profile.name('packages', manager)),
  )
}

const ownerWords: Readonly<Record<string, string>> = {
  file: 'nobody: it is a plain file',
  other: 'something that is not known: it is a link to an unusual place',
}

/** A file that another program writes would be written back by it: said, not fought. */
const contradiction = (manager: string, own: boolean, context: LowerContext): boolean => {
  const found = context.fact('resolver')
  if (found === undefined || found === 'none' || found === manager || comes(manager, context)) return false
  const file = context.profile.name('paths', 'resolver-file')
  const says = own ? 'manager says' : `the profile ${context.profile.id} says`
  const known = resolverManagers.includes(found)
  context.report({
    code: 'would-be-refused',
    summary: `${file} is kept up by ${ownerWords[found] ?? found} on this host, and ${says} ${manager}`,
    hint: known
      ? `Say manager: '${found}' here, or managers: { resolver: '${found}' } in its profile; or bring ${manager} to own the file first.`
      : `Hexis cannot tell ${found} which servers to ask: take the file out of its hands first; or declare the servers where it takes them from.`,
  })
  return true
}

export const resolverResource = defineResource({
  type: 'resolver',
  summary: 'which name servers the host asks',
  detail: `Written where what keeps up resolv.conf takes it from: the file itself where nothing does, a drop-in of
systemd-resolved or NetworkManager, the variables of netconfig or openresolv. The profile says what does, and \`manager\`
where a host differs; where the host was asked and another one owns the file there, that is an error that names it, and
nothing is overwritten. With systemd-resolved and openresolv the servers of single links stay beside these; it takes no
options. NetworkManager asks these in place of those of its connections. netconfig is golden only.`,
  reversal: 'Exact; what rules there reads its configuration again.',
  identity: {
    name: 'name',
    summary: "A host has one: 'system'.",
    schema: z.string().refine((id) => id === 'system', "a host has one resolver: 'system'"),
  },
  schema,
  examples: [
    { id: 'system', props: { servers: ['10.0.0.53', '10.0.1.53'], search: ['example.org'] } },
    { id: 'system', props: { servers: ['2001:db8::53'], options: { timeout: 2, rotate: true }, manager: 'file' } },
  ],
  together({ servers, search, options: given }) {
    if ((servers ?? search ?? given) === undefined) return ['give servers, search or options']
    const again = twice(servers) ?? twice(search)
    return again === undefined ? [] : [`${again} is there twice`]
  },
  lower(_id, props, context) {
    const { profile, report } = context
    const manager = props.manager ?? profile.find('managers', 'resolver') ?? 'file'
    const way = wayOf(manager)
    if (way === undefined) {
      report({
        code: 'unsupported-here',
        summary: `nothing is known of how ${profile.id} is told its name servers (${manager})`,
        hint: `Say managers: { resolver: … } in its profile: ${resolverManagers.join(', ')}.`,
      })
      return { steps: [] }
    }
    const what = way.cannot(props)
    if (what !== undefined)
      report({ code: 'unsupported-here', summary: `${manager} cannot be told ${what}`, hint: 'Take that away here.' })
    if (what !== undefined || contradiction(manager, props.manager !== undefined, context)) return { steps: [] }
    const place = {
      path: (name: string) => profile.name('paths', name),
      content: (text: string) => context.content(text, 'servers'),
    }
    return { steps: way.steps(props, place) }
  },
})
