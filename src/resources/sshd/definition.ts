import { z } from 'zod'
import { defineResource, type LowerContext, type Shape } from '../definition.ts'
import { asJson, singleLine, textProperty } from '../properties.ts'
import type { SshdProps } from './sshd.ts'
import { sshdText } from './sshd-text.ts'

const word = singleLine.regex(/\S/, 'a value says something')

const item = word.regex(/^[^"]*$/, 'a value of a list holds no quotes')

const value = z.union([word, z.int(), z.boolean(), z.array(z.union([item, z.int()])).min(1)]).meta({ title: 'value' })

const settings = z
  .record(
    z
      .string()
      .regex(/^(?!match$|include$)[A-Za-z0-9]+$/i, 'it is a keyword of sshd_config(5), but neither Match nor Include'),
    value,
  )
  .meta({ title: 'settings' })

const criteria = singleLine.regex(
  /^(all|(user|group|host|localaddress|localport|rdomain|address) \S.*)$/i,
  "criteria are 'All', or User, Group, Host, LocalAddress, LocalPort, RDomain or Address with a pattern",
)

const schema = z.strictObject({
  settings: settings.optional().describe('Keywords of sshd_config(5) with their values.'),
  match: z
    .record(criteria, settings)
    .optional()
    .describe("Settings for some connections only: { 'User deploy': { … } }.")
    .meta({ title: 'settings by criteria' }),
  content: textProperty.optional().describe('The whole drop-in, as sshd_config(5) has it.'),
  absent: z.boolean().optional().describe('The drop-in shall not be there.'),
} satisfies Omit<Shape<SshdProps>, 'mode'>)

/** A regular expression of grep that finds exactly this. */
const literally = (text: string): string => text.replace(/[.*[\]^$\\]/g, '\\$&')

/** sshd reads the candidate together with the other drop-ins and the rest of its configuration; which must include them. */
const checkOf = (folder: string, name: string, context: LowerContext): string => {
  const own = folder.replace(/\.d$/, '')
  const vendor = context.profile.find('paths', 'sshd-vendor-config')
  // Some systems read the vendor's file as long as there is none in /etc.
  const main = vendor === undefined ? own : `$(ls ${own} ${vendor} 2>/dev/null | head -n 1)`
  const includes = `'^[[:space:]]*include[[:space:]].*${literally(folder)}/'`
  return [
    `grep -qi ${includes} ${main} || { echo ${main} does not include ${folder}; exit 1; }`,
    `{ echo Include %s; ls ${folder}/*.conf | grep -v '/${literally(name)}\\.conf$' | sed 's/^/Include /'; grep -vi ${includes} ${main}; } 2>/dev/null | ${context.profile.name('paths', 'sshd')} -t -f /dev/stdin`,
  ].join('; ')
}

const noInclude = (profile: LowerContext['profile']): Parameters<LowerContext['report']>[0] => ({
  code: 'unsupported-here',
  summary: `the sshd of ${profile.id} knows no Include, and would never read a drop-in`,
  hint: `Manage /etc/ssh/sshd_config itself: file('/etc/ssh/sshd_config', { source, validate: '${profile.name('paths', 'sshd')} -t -f %s' }). Where a newer sshd is installed, the site can say so: profiles: [{ id: '${profile.id}', managers: { sshd: 'drop-ins' } }].`,
})

export const sshdResource = defineResource({
  type: 'sshd',
  summary: 'a drop-in of the ssh server',
  detail: `\`sshd -t\` reads it together with the rest of the configuration before it takes its place, always; then the server
is reloaded, on trial where the host is reached over ssh. Of several drop-ins that say the same thing the first by name wins.
A list becomes what its keyword takes: a line each, or one line. Where sshd knows no \`Include\` (before 8.2: RHEL 8 and
what is made from it) a drop-in would never be read, and the resource is refused; there \`file\` manages
\`/etc/ssh/sshd_config\` as a whole.`,
  reversal: 'Exact; connections that ended meanwhile are not brought back.',
  identity: {
    name: 'name',
    summary: 'Name of the drop-in, without .conf.',
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/, 'a name has letters, digits, _, . and -')
      .refine((name) => !name.endsWith('.conf'), 'it is written without .conf'),
  },
  schema,
  examples: [
    {
      id: '00-hardening',
      props: {
        settings: { PasswordAuthentication: false, AllowGroups: ['admin', 'deploy'] },
        match: { 'User deploy': { AllowTcpForwarding: false } },
      },
    },
    { id: 'banner', props: { content: 'Banner /etc/issue.net\n' } },
  ],
  together(props) {
    const said = props.settings ?? props.match
    if (props.absent === true)
      return (said ?? props.content) === undefined ? [] : ['a drop-in that is absent says nothing']
    if (props.content !== undefined)
      return said === undefined ? [] : ['content is the whole drop-in; settings and match exclude it']
    return said === undefined ? ['give settings, match or content'] : []
  },
  lower(id, props, context) {
    const folder = context.profile.name('paths', 'sshd-config-dir')
    const target = `${folder}/${id}.conf`
    const actions = [{ verb: 'RELOAD', target: context.unit('sshd') }] as const
    if (props.absent === true) return { steps: [{ verb: 'RM', target, actions }] }
    if (context.profile.find('managers', 'sshd') === 'one-file') context.report(noInclude(context.profile))
    const text =
      props.content === undefined
        ? sshdText(props.settings ?? {}, props.match ?? {}, (name) => context.profile.name('groups', name))
        : asJson(props.content)
    const blob = context.content(text, 'content')
    const validate = checkOf(folder, id, context)
    const args = { blob, group: 'root', mode: '0600', owner: 'root', validate }
    return { steps: [{ verb: 'COPY', target, args, actions }] }
  },
})
