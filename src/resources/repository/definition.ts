import { z } from 'zod'
import { textBlob } from '../../blobs/make.ts'
import type { LowerContext, LoweredResource, LoweredStep, Probe } from '../definition.ts'
import { defineResource, type Shape } from '../definition.ts'
import { fetchShape } from '../download/definition.ts'
import { argvOf, probeOf } from '../exec/definition.ts'
import { argsFrom, onlyYes, singleLine } from '../properties.ts'
import { type KeyForm, keyFile, plainFingerprint } from './key.ts'
import type { RepositoryKey, RepositoryProps } from './repository.ts'
import { apkLines, aptSources, type Described, pacmanSection, rpmRepo } from './written.ts'

const fingerprint = z
  .string()
  .refine(
    (written) => /^([0-9A-F]{40}|[0-9A-F]{64})$/.test(plainFingerprint(written)),
    'a fingerprint has 40 hexadecimal digits, or 64; the last 8 or 16 of them are no proof of anything',
  )

const word = z.string().regex(/^[^\s#]+$/, 'it is one word')
const words = z.array(word).min(1)

const keySchema = z.strictObject({
  fingerprint: z
    .union([fingerprint, z.array(fingerprint).min(1)])
    .optional()
    .describe('Fingerprint of the key; several where the file holds several keys.'),
  url: fetchShape.url.optional().describe('Where it is got from, by http or https.'),
  source: z.string().min(1).optional().describe('A file of the config repository.'),
  content: z.string().min(1).optional().describe('The key itself, armoured.'),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9@._+-]*\.pub$/, "it is the name of a file that ends in '.pub'")
    .optional()
    .describe('Name of the file on apk systems, where a signature names it.'),
} satisfies { readonly [Name in keyof RepositoryKey]-?: z.ZodType })

const urlMistake = (written: string): string | undefined => {
  if (/[\s#]/.test(written)) return 'a URL has no spaces and no #'
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (url === undefined) return 'it is no URL'
  if (!['http:', 'https:', 'file:'].includes(url.protocol)) return 'packages come by http, https or file'
  return url.username === '' && url.password === '' ? undefined : 'a URL holds no user and password: everybody sees it'
}

const schema = z.strictObject({
  url: z
    .string()
    .superRefine((written, context) => {
      const message = urlMistake(written)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .optional()
    .describe('Where packages are got from: http, https or file.'),
  suites: words.optional().describe('Suites, for apt; parts of the address for apk.'),
  components: words.optional().describe('Components, for apt; parts of the address for apk.'),
  architectures: words.optional().describe('Architectures, for apt; left out: those of the host.'),
  key: keySchema.optional().describe('The key that signs it; left out: keys that the system trusts already.'),
  unsigned: z.boolean().optional().describe('What it has is trusted without a signature.'),
  description: singleLine.optional().describe('What people read in lists of repositories.'),
  absent: z.boolean().optional().describe('The repository shall not be there.'),
} satisfies Omit<Shape<RepositoryProps>, 'mode'>)

type Props = z.output<typeof schema>

const mistakesOf = ({ absent, key, ...props }: Props): readonly string[] => {
  if (absent === true)
    return (key ?? Object.values(props).find((value) => value !== undefined)) === undefined
      ? []
      : ['a repository that is absent has no other property']
  if (props.url === undefined) return ['url is missing; or write absent: true']
  if (key !== undefined && props.unsigned === true) return ['key and unsigned exclude each other']
  const from = [key?.url, key?.source, key?.content].filter((one) => one !== undefined)
  if (key !== undefined && from.length !== 1) return ['key: give one of url, source and content']
  const flat = props.suites?.some((suite) => suite.endsWith('/')) === true
  return flat && props.components !== undefined ? ["a suite that ends in '/' is a folder, and has no components"] : []
}

const managers = ['apt', 'dnf', 'zypper', 'pacman', 'apk'] as const
type Manager = (typeof managers)[number]

const managerOf = ({ profile }: LowerContext): Manager | undefined =>
  managers.find((one) => one === profile.find('managers', 'package'))

const forms: Readonly<Record<Manager, KeyForm>> = {
  apt: 'binary',
  dnf: 'armoured',
  zypper: 'armoured',
  pacman: 'binary',
  apk: 'pem',
}

/** Where the manager looks for the key of a repository. */
const keyPath = (id: string, manager: Manager, { profile }: LowerContext, name?: string): string => {
  const folder = profile.name('paths', 'keyring-dir')
  if (manager === 'apk') return `${folder}/${name ?? `${id}.rsa.pub`}`
  return manager === 'apt' || manager === 'pacman' ? `${folder}/${id}.gpg` : `${folder}/RPM-GPG-KEY-${id}`
}

const rootFile = (target: string, blob: string): LoweredStep => ({
  verb: 'COPY',
  target,
  args: { blob, group: 'root', mode: '0644', owner: 'root', parents: 'yes' },
})

/** The part of a file that has all repositories, as pacman and apk want it. */
const part = (id: string, target: string, text: string | undefined, { site }: LowerContext): LoweredStep => ({
  verb: 'BLOCK',
  target,
  args: argsFrom({ id: `repository ${id}`, site, text, absent: onlyYes(text === undefined) }),
})

/** The step that says where packages are; without a description: that takes it away. */
const sourceStep = (id: string, manager: Manager, said: Described | undefined, context: LowerContext): LoweredStep => {
  const folder = context.profile.name('paths', 'sources-dir')
  if (manager === 'pacman') return part(id, '/etc/pacman.conf', said && pacmanSection(said), context)
  if (manager === 'apk') return part(id, `${folder}/repositories`, said && apkLines(said), context)
  const target = `${folder}/${id}.${manager === 'apt' ? 'sources' : 'repo'}`
  if (said === undefined) return { verb: 'RM', target }
  return rootFile(target, context.content(manager === 'apt' ? aptSources(said) : rpmRepo(said, manager), 'url'))
}

/** rpm calls a key by the end of its number; newer ones by its whole fingerprint. */
const rpmName = (fingerprint: string): string =>
  fingerprint.length === 40 ? fingerprint.slice(-8) : fingerprint.slice(8, 16)

const rpmKeys = (fingerprint: string): string =>
  `rpm -q gpg-pubkey --qf '%{name}-%{version}-%{release}\\n' | grep -i -e 'pubkey-${rpmName(fingerprint)}-' -e 'pubkey-${fingerprint}-'`

interface KeyringCommands {
  readonly add: (file: string) => string
  readonly has: (fingerprint: string) => string
  readonly remove: (fingerprint: string) => string
}

/** Those that do not take a key from a file, but from a keyring of their own, or only ask somebody whether to. */
const keyrings: { readonly [M in Manager]?: KeyringCommands } = {
  pacman: {
    add: (file) => `pacman-key --add ${file}`,
    has: (fingerprint) => `pacman-key --list-keys ${fingerprint}`,
    remove: (fingerprint) => `pacman-key --delete ${fingerprint}`,
  },
  dnf: {
    add: (file) => `rpm --import ${file}`,
    has: rpmKeys,
    remove: (fingerprint) => `${rpmKeys(fingerprint)} | xargs -r rpm -e`,
  },
}

/** The command that takes a key into the manager's keyring, and out again. */
const takenIn = (
  fingerprints: readonly string[],
  file: string,
  manager: Manager,
): { readonly steps: readonly LoweredStep[]; readonly probes: readonly Probe[] } => {
  const keyring = keyrings[manager === 'zypper' ? 'dnf' : manager]
  if (keyring === undefined) return { steps: [], probes: [] }
  const each = (command: (fingerprint: string) => string): readonly string[] => fingerprints.map(command)
  const trusted = manager === 'pacman' ? each((one) => `pacman-key --lsign-key ${one}`) : []
  const id = `trust in ${fingerprints.join(', ')}`
  const unless = `{ ${each(keyring.has).join(' && ')}; } >/dev/null 2>&1`
  const command = [keyring.add(file), ...trusted].join(' && ')
  const args = { command, undo: each(keyring.remove).join('; '), unless, timeout: '300' }
  return { steps: [{ verb: 'EXEC', target: id, args }], probes: [probeOf(`unless:${id}`, argvOf(unless), {})] }
}

const foreignWords = (props: Props, manager: Manager): readonly string[] => {
  const own: readonly string[] =
    manager === 'apt' ? ['suites', 'components', 'architectures'] : manager === 'apk' ? ['suites', 'components'] : []
  return (['suites', 'components', 'architectures'] as const).filter((name) => props[name] && !own.includes(name))
}

const complaints = (props: Props, manager: Manager): readonly string[] => {
  const foreign = foreignWords(props, manager)
  if (foreign.length > 0) return [`${manager} knows no ${foreign.join(' and ')}: the whole address stands in url`]
  if (manager === 'apt' && props.suites === undefined)
    return ["suites is missing: apt needs one, or './' for a plain folder of packages"]
  if (manager === 'apt' && props.components === undefined && props.suites?.every((one) => one.endsWith('/')) !== true)
    return ['components is missing: apt needs one with these suites']
  return manager === 'apk' && props.unsigned === true ? ['apk has no repositories without signatures'] : []
}

/** The key's file and its fingerprints; undefined, and reported, where it is not the declared one. */
const keyOf = async (key: NonNullable<Props['key']>, form: KeyForm | undefined, context: LowerContext) => {
  const { fingerprint: written = [], ...from } = key
  const fingerprints = [written].flat().map(plainFingerprint)
  const file = await keyFile({ fingerprints, ...from }, form, context)
  return file === undefined ? undefined : { fingerprints, blob: context.blobs.add(textBlob(file)) }
}

const lowerRepository = async (id: string, props: Props, context: LowerContext): Promise<LoweredResource> => {
  const manager = managerOf(context)
  const key = props.key && (await keyOf(props.key, manager && forms[manager], context))
  if (manager === undefined) {
    // `check` knows no host yet.
    if (context.profile.chain.length > 1)
      context.report({ code: 'wrong-value', summary: `the profile ${context.profile.id} names no manager of packages` })
    return { steps: [] }
  }
  const at = keyPath(id, manager, context, props.key?.name)
  if (props.absent === true) return { steps: [sourceStep(id, manager, undefined, context), { verb: 'RM', target: at }] }
  for (const summary of complaints(props, manager)) context.report({ code: 'wrong-value', summary })
  const said: Described = {
    name: id,
    url: props.url ?? '',
    suites: props.suites ?? [],
    components: props.components ?? [],
    architectures: props.architectures ?? [],
    description: props.description ?? '',
    unsigned: props.unsigned === true,
    keyFile: props.key === undefined ? undefined : at,
  }
  const source = sourceStep(id, manager, said, context)
  if (key === undefined) return { steps: [source] }
  const file = rootFile(at, key.blob)
  if (!context.can('exec')) return { steps: [file, source] }
  const taken = takenIn(key.fingerprints, at, manager)
  return { steps: [file, ...taken.steps, source], probes: taken.probes }
}

export const repositoryResource = defineResource({
  type: 'repository',
  summary: 'a repository of packages, with the key that signs it',
  detail: `For apt a \`.sources\` file whose \`Signed-By\` names a keyring of its own; for dnf and zypper a \`.repo\` file, and the
key in the keyring of rpm; for pacman a section of its configuration, and the key in its keyring; for apk lines of its list. Packages of the config come after
its repositories, but not after one that has an \`after\` of its own. The key is looked at before anything is sent: every
primary key in the file must be declared by its fingerprint, and a wrong or missing one is an error that shows what it is.
A key with \`url\` is got once, for \`check\` already, and kept by its fingerprint below \`.hexis/keys\`; remove that file to
get a key anew that its owner renewed.
Tested on hosts with apt, dnf, zypper and pacman; for apk golden only.`,
  reversal: 'Exact, file by file; a key is taken out of the keyring of rpm or pacman again (best effort).',
  identity: {
    name: 'name',
    summary: 'A name for it, also that of its file.',
    schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a name has at most 64 letters, digits, - and _'),
  },
  schema,
  examples: [
    {
      id: 'internal',
      props: {
        url: 'https://packages.example.org/debian',
        suites: ['stable'],
        components: ['main'],
        key: {
          url: 'https://packages.example.org/key.asc',
          fingerprint: '8C3D 9E1A 04B7 55F2 61D0 7A2E 9B44 C1F3 0D6A E528',
        },
      },
    },
    { id: 'old', props: { absent: true } },
  ],
  together: mistakesOf,
  lower: lowerRepository,
})
