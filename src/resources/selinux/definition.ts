import { z } from 'zod'
import { defineResource, type LowerContext, type LoweredStep, type Shape } from '../definition.ts'
import { singleLine } from '../properties.ts'
import type { SelinuxContext, SelinuxPort, SelinuxProps } from './selinux.ts'

const portLimit = 65_535

const typeName = z.string().regex(/^(?!none$)[A-Za-z][A-Za-z0-9_]{0,127}$/, "a type is written as 'http_port_t'")
const booleanName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,127}$/, 'the name of a boolean has letters, digits and _')

const isPorts = (text: string): boolean => {
  const [, from = '', to = from] = /^([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?$/.exec(text) ?? []
  return from !== '' && Number(from) <= Number(to) && Number(to) <= portLimit && !text.endsWith(`-${from}`)
}

const isExpression = (source: string): boolean => {
  try {
    new RegExp(`^${source}$`)
    return true
  } catch {
    return false
  }
}

const port = z.strictObject({
  port: z.union([
    z.int().min(1).max(portLimit),
    z.string().refine(isPorts, `it is a port of 1 to ${portLimit}, or a range: '9000-9010'`),
  ]),
  protocol: z.enum(['tcp', 'udp', 'sctp', 'dccp']).optional(),
  type: typeName,
} satisfies { readonly [Name in keyof SelinuxPort]-?: z.ZodType })

const context = z.strictObject({
  path: singleLine
    .max(4000)
    .regex(/^\//, 'an expression of whole paths starts with /')
    .refine(isExpression, 'it is no regular expression')
    .refine((text) => !/ {2}|^\/+$/.test(text), 'it is an expression of paths below the root, without double spaces'),
  type: typeName,
} satisfies { readonly [Name in keyof SelinuxContext]-?: z.ZodType })

const schema = z.strictObject({
  state: z
    .enum(['enforcing', 'permissive', 'disabled'])
    .optional()
    .describe('How much SELinux does, now and after a boot; disabled takes a reboot.'),
  booleans: z
    .record(booleanName, z.boolean())
    .optional()
    .describe('Switches of the policy, now and after a boot.')
    .meta({ title: 'booleans by name' }),
  ports: z
    .array(port)
    .min(1)
    .optional()
    .describe('Types of ports.')
    .meta({ title: 'list of { port, protocol?, type }' }),
  contexts: z
    .array(context)
    .min(1)
    .optional()
    .describe('Types of files by regular expressions of whole paths; what is there gets them at once.')
    .meta({ title: 'list of { path, type }' }),
} satisfies Omit<Shape<SelinuxProps>, 'mode'>)

type Props = z.output<typeof schema>

const portKey = ({ port: number, protocol = 'tcp' }: z.output<typeof port>): string => `${protocol}/${number}`

const twice = (names: readonly string[]): string | undefined => names.find((name, at) => names.indexOf(name) !== at)

/** The folder or file that an expression begins with: `/srv/www(/.*)?` → `/srv/www`. Nothing where that is the root. */
const beginning = (expression: string): string | undefined => {
  const plain = /^[^\\^$.|?*+()[\]{}]*/.exec(expression)?.[0] ?? ''
  const whole = plain.length === expression.length || expression.startsWith('(/', plain.length)
  const path = (whole ? plain : plain.replace(/[^/]*$/, '')).replace(/\/+$/, '')
  return path === '' ? undefined : path
}

/** What speaks against SELinux here; undefined: nothing. The host knows best, else its profile. */
const lacking = (props: Props, { fact, profile }: LowerContext): { summary: string; hint: string } | undefined => {
  const found = fact('selinux') ?? (profile.find('managers', 'access') === 'selinux' ? undefined : 'unlikely')
  if (found === 'none')
    return {
      summary: 'this host has no SELinux: neither its kernel nor /etc/selinux/config knows it',
      hint: 'Declare it for hosts that have it only.',
    }
  if (found === 'unlikely') {
    const access = profile.find('managers', 'access') ?? 'none'
    return {
      summary: `the profile ${profile.id} has no SELinux (access: ${access})`,
      hint: "Declare it for other hosts only, or say managers: { access: 'selinux' } in its profile.",
    }
  }
  const live = (['booleans', 'ports', 'contexts'] as const).filter((name) => props[name] !== undefined)
  if (found !== 'disabled' || live.length === 0) return undefined
  return {
    summary: `SELinux is switched off on this host: ${live.join(', ')} cannot be set`,
    hint: "Declare state: 'permissive' alone, reboot, and declare these then.",
  }
}

const stateSteps = (state: Props['state'], { fact, profile }: LowerContext): readonly LoweredStep[] => {
  if (state === undefined) return []
  const file = profile.name('paths', 'selinux-config')
  const config: LoweredStep = { verb: 'ENV', target: file, args: { create: 'yes', key: 'SELINUX', value: state } }
  // Off and on again is a matter of the boot.
  const atBoot = state === 'disabled' || fact('selinux') === 'disabled'
  return atBoot ? [config] : [config, { verb: 'SELINUX', target: 'mode', args: { value: state } }]
}

export const selinuxResource = defineResource({
  type: 'selinux',
  summary: 'the state of SELinux, its booleans, types of ports and files',
  detail: `Each is compared and taken back by itself. Types of ports and files are rules beside the policy, which semanage keeps;
files that are there get their type by restorecon at once, and once more when the rule goes. Refused where a host has no
SELinux. Golden only: the commands were seen by stand-ins, no host of the tests has SELinux.`,
  reversal: 'Exact: the earlier value, or the rule of the policy. Types of files are those that the policy gives then.',
  identity: {
    name: 'id',
    summary: 'A name for these settings, unique on the host.',
    schema: singleLine.min(1).max(255),
  },
  schema,
  examples: [
    {
      id: 'web',
      props: {
        booleans: { httpd_can_network_connect: true },
        ports: [{ port: 8080, type: 'http_port_t' }],
        contexts: [{ path: '/srv/www(/.*)?', type: 'httpd_sys_content_t' }],
      },
    },
    { id: 'state', props: { state: 'enforcing' } },
  ],
  together({ state, booleans, ports, contexts }) {
    if ((state ?? booleans ?? ports ?? contexts) === undefined) return ['give state, booleans, ports or contexts']
    const port = twice((ports ?? []).map(portKey))
    const path = twice((contexts ?? []).map((one) => one.path))
    return [
      ...(port === undefined ? [] : [`ports: ${port} is there twice`]),
      ...(path === undefined ? [] : [`contexts: ${path} is there twice`]),
    ]
  },
  lower(_id, props, context) {
    const why = lacking(props, context)
    if (why !== undefined) {
      context.report({ code: 'unsupported-here', ...why })
      return { steps: [] }
    }
    const set = (target: string, value: string, more = {}): LoweredStep => ({
      verb: 'SELINUX',
      target,
      args: { value, ...more },
    })
    return {
      steps: [
        ...stateSteps(props.state, context),
        ...Object.entries(props.booleans ?? {}).map(([name, on]) => set(`boolean/${name}`, on ? 'on' : 'off')),
        ...(props.ports ?? []).map((one) => set(`port/${portKey(one)}`, one.type)),
        ...(props.contexts ?? []).map(({ path, type }) => {
          const restore = beginning(path)
          return set(`context/${path}`, type, restore === undefined ? {} : { restore })
        }),
      ],
    }
  },
})
