import { isIP } from 'node:net'
import { z } from 'zod'
import type { Resource } from '../../document/document.ts'
import { defineResource, type Shape } from '../definition.ts'
import { modeDigits } from '../mode.ts'
import { argsFrom, mode, normalPath, ownerName, ownPath, singleLine } from '../properties.ts'
import { acmeSteps } from './acme.ts'
import type { CertificateKeyType, CertificateProps } from './certificate.ts'
import { nameMistake, subjectNames } from './names.ts'

/** More than any program takes from an authority, and what a local one may want for itself. */
const daysLimit = 7300
const defaultDays = 365
const defaultRenewBefore = 30

const colonless = ownPath.refine((path) => !path.includes(':'), 'a path of a certificate has no colon')
const certificatePath = colonless.refine((path) => /[^/]\.(crt|pem|cert)$/.test(path), 'it ends in .crt, .pem or .cert')

const name = z.string().superRefine((text, context) => {
  const message = nameMistake(text)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

const local = z.strictObject({ certificate: colonless, key: colonless })

const acme = z.strictObject({
  acme: z.url({ protocol: /^https$/, error: 'it is the https URL of the directory of an authority' }),
  email: z.string().regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'it is an address of mail'),
  webroot: ownPath.optional(),
  dns: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, 'it is the name of a plugin of certbot')
    .optional(),
  credentials: ownPath.optional(),
})

const keyTypes = [
  'ec-p256',
  'ec-p384',
  'ed25519',
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
] as const satisfies CertificateKeyType[]

const days = (most: number) => z.int().min(1, `it is 1 to ${most}`).max(most, `it is 1 to ${most}`)

const schema = z.strictObject({
  names: z.array(name).min(1).max(100).describe('Names and addresses that it is for; the first is its subject.'),
  issuer: z
    .union([z.literal('self'), local, acme])
    .optional()
    .describe('Who signs: itself (left out), an authority on the host, or one that is asked by ACME.')
    .meta({ title: "'self', { certificate, key } or { acme, email, webroot | dns }" }),
  path: certificatePath.optional().describe('Where it lies; not with ACME.'),
  keyPath: colonless.optional().describe('Where its private key lies; left out: beside it, ending in .key.'),
  keyType: z.enum(keyTypes).optional().describe('Sort of its key; left out: ec-p256.'),
  days: days(daysLimit).optional().describe('Days that it is valid; left out: 365.'),
  renewBefore: days(daysLimit).optional().describe('Days before its end from which on it is renewed; left out: 30.'),
  authority: z.boolean().optional().describe('It may sign others.'),
  owner: ownerName.optional().describe('Owner of both; left out: root.'),
  group: ownerName.optional().describe('Who may read the key beside its owner; left out: nobody.'),
  keyMode: mode.optional().describe('Permissions of the key; left out: 0600, with a group 0640.'),
  deploy: singleLine.min(1).optional().describe('With ACME: run by certbot after every renewal of its own too.'),
} satisfies Omit<Shape<CertificateProps>, 'mode'>)

type Props = z.output<typeof schema>

const isAcme = (issuer: Props['issuer']): issuer is z.output<typeof acme> =>
  typeof issuer === 'object' && 'acme' in issuer

/** Of one that certbot keeps: what is its own business, and what it needs. */
const acmeMistakes = (props: Props, issuer: z.output<typeof acme>): readonly string[] => {
  const own = (['path', 'keyPath', 'days', 'authority', 'owner', 'group', 'keyMode'] as const).filter(
    (one) => props[one] !== undefined,
  )
  const addresses = props.names.filter((one) => isIP(one) !== 0)
  const wild = props.names.filter((one) => one.startsWith('*.'))
  return [
    ...(own.length > 0 ? [`${own.join(', ')}: certbot has its own, and they cannot be said with acme`] : []),
    ...((issuer.webroot === undefined) === (issuer.dns === undefined) ? ['issuer: give webroot or dns'] : []),
    ...(issuer.credentials !== undefined && issuer.dns === undefined ? ['issuer: credentials goes with dns'] : []),
    ...(addresses.length > 0 ? [`names: an authority signs no addresses (${addresses.join(', ')})`] : []),
    ...(wild.length > 0 && issuer.webroot !== undefined ? [`names: ${wild.join(', ')} can only be shown by dns`] : []),
    ...(props.keyType === 'ed25519' ? ['keyType: no authority signs ed25519'] : []),
  ]
}

const defaultKeyPath = (path: string): string => path.replace(/\.[a-z]+$/, '.key')

/** Both paths of one that lies where it was said. */
const pathsOf = ({ path = '', keyPath }: Pick<Props, 'path' | 'keyPath'>): readonly [string, string] => {
  const own = normalPath(path)
  return [own, keyPath === undefined ? defaultKeyPath(own) : normalPath(keyPath)]
}

const otherUses = (id: string, paths: readonly string[], all: readonly Resource[]): readonly string[] =>
  all.flatMap((one) => {
    const own = one.type === 'certificate' && one.id !== id ? schema.safeParse(one.props).data : undefined
    const taken = own?.path === undefined ? [] : pathsOf(own)
    const whole = ['file', 'template', 'download', 'link', 'directory'].includes(one.type) ? [normalPath(one.id)] : []
    return [...taken, ...whole]
      .filter((path) => paths.includes(path))
      .map((path) => `${path} is declared by ${one.type} '${one.id}' too`)
  })

const localMistakes = (props: Props, id: string, all: readonly Resource[]): readonly string[] => {
  if (props.path === undefined) return ["path is missing: where the certificate lies, e.g. '/etc/ssl/web.crt'"]
  const [path, keyPath] = pathsOf(props)
  const { days: valid = defaultDays, renewBefore = defaultRenewBefore, issuer } = props
  return [
    ...(path === keyPath ? ['keyPath: certificate and key are two files'] : []),
    ...(renewBefore >= valid ? [`renewBefore: a certificate of ${valid} days would be renewed at every run`] : []),
    ...(props.deploy !== undefined ? ['deploy goes with acme: here onChange says what to do'] : []),
    ...(typeof issuer === 'object' && 'certificate' in issuer && normalPath(issuer.certificate) === path
      ? ["issuer: it does not sign itself by its path; write 'self'"]
      : []),
    ...otherUses(id, [path, keyPath], all),
  ]
}

export const certificateResource = defineResource({
  type: 'certificate',
  summary: 'a certificate and its private key, made on the host and renewed in time',
  detail: `Made by openssl on the host, signed by itself or by an authority whose key lies there too; the private key never
leaves the host, and is in no plan or journal. Both are made anew, as one, where the names, the sort of key, the validity or
who signed it differ, where they do not belong together, and from \`renewBefore\` days before its end on; never otherwise.
One that was there and is as declared is taken over. \`onChange\` says what must read it again. With { acme } certbot, which
must be there, gets it by its own means, as NAME below /etc/letsencrypt/live, and renews it itself too; by webroot that was
tried with certbot and a real authority for tests (pebble), by dns it is golden only. Of an authority whose key is a
secret of yours, declare both as files of the host, the key with mode 0600; what signs comes first by itself.`,
  reversal: `Best effort: the pair of before is kept and comes back, but others may have seen or trusted the new one. One of
certbot goes again; where it was renewed since, it stays.`,
  identity: {
    name: 'name',
    summary: 'A name for it, unique on the host; with ACME that of the lineage of certbot.',
    schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'a name has letters, digits, _, . and -'),
  },
  schema,
  examples: [
    { id: 'web', props: { path: '/etc/ssl/web.crt', names: ['web.lan', '10.0.0.5'] } },
    {
      id: 'ca',
      props: { path: '/etc/ssl/ca.crt', names: ['ca.lan'], authority: true, keyType: 'ec-p384', days: 3650 },
    },
    {
      id: 'db',
      props: {
        path: '/etc/ssl/db.pem',
        names: ['db.lan'],
        issuer: { certificate: '/etc/ssl/ca.crt', key: '/etc/ssl/ca.key' },
        renewBefore: 60,
        group: 'ssl-cert',
      },
    },
    {
      id: 'shop',
      props: {
        names: ['shop.example.org'],
        issuer: {
          acme: 'https://acme-v02.api.letsencrypt.org/directory',
          email: 'ops@example.org',
          webroot: '/var/www/html',
        },
        deploy: 'systemctl reload nginx',
      },
    },
  ],
  together(props, id, all) {
    const again = props.names.find((one, at) => props.names.indexOf(one) !== at)
    return [
      ...(again === undefined ? [] : [`names: ${again} is there twice`]),
      ...(isAcme(props.issuer) ? acmeMistakes(props, props.issuer) : localMistakes(props, id, all)),
    ]
  },
  lower(id, props, context) {
    const { issuer = 'self', keyType = 'ec-p256', renewBefore = defaultRenewBefore } = props
    if (isAcme(issuer)) return acmeSteps(id, { ...props, issuer, keyType, renewBefore, deploy: props.deploy }, context)
    const group = props.group === undefined ? 'root' : context.profile.name('groups', props.group)
    const keymode = props.keyMode ?? (props.group === undefined ? '0600' : '0640')
    const signed = issuer === 'self' ? undefined : issuer
    const args = argsFrom({
      names: subjectNames(props.names),
      key: keyType,
      issuer: signed === undefined ? 'self' : normalPath(signed.certificate),
      cakey: signed === undefined ? undefined : normalPath(signed.key),
      days: props.days ?? defaultDays,
      before: renewBefore,
      authority: props.authority ?? false,
      owner: props.owner ?? 'root',
      group,
      keymode: modeDigits(keymode) ?? keymode,
    })
    return { steps: [{ verb: 'CERTIFICATE', target: pathsOf(props).join(':'), args }] }
  },
})
