import { encode } from '../../steps/encoding.ts'
import { quoteArgv } from '../../text/quote.ts'
import type { LowerContext, LoweredResource } from '../definition.ts'
import { argsFrom } from '../properties.ts'

/** What is asked of certbot. */
export interface AcmeWish {
  readonly names: readonly string[]
  readonly issuer: {
    readonly acme: string
    readonly email: string
    readonly webroot?: string | undefined
    readonly dns?: string | undefined
    readonly credentials?: string | undefined
  }
  readonly keyType: string
  readonly renewBefore: number
  readonly deploy: string | undefined
}

/** A certificate authority may take its time. */
const timeoutSeconds = 600
const daySeconds = 86_400

const keyWords = (keyType: string): readonly string[] =>
  keyType.startsWith('rsa-')
    ? ['--key-type', 'rsa', '--rsa-key-size', keyType.slice('rsa-'.length)]
    : ['--key-type', 'ecdsa', '--elliptic-curve', `secp${keyType.slice('ec-p'.length)}r1`]

const proofWords = ({ webroot, dns, credentials }: AcmeWish['issuer']): readonly string[] =>
  webroot === undefined
    ? [`--dns-${dns}`, ...(credentials === undefined ? [] : [`--dns-${dns}-credentials`, credentials])]
    : ['--webroot', '--webroot-path', webroot]

/** Is there one with these names whose end is far enough away? Reads only. */
const holds = (file: string, { names, renewBefore }: AcmeWish): string => {
  const wanted = names
    .map((name) => `DNS:${name}`)
    .toSorted()
    .join(' ')
  const listed = `openssl x509 -in ${file} -noout -ext subjectAltName | tr ',' '\\n' | sed -n 's/^ *\\(DNS:[^ ]*\\).*/\\1/p' | LC_ALL=C sort | xargs`
  return `openssl x509 -in ${file} -noout -checkend ${renewBefore * daySeconds} >/dev/null 2>&1 && test "$(${listed})" = '${wanted}'`
}

/** One command of certbot, that is done where its certificate is as declared. */
export const acmeSteps = (id: string, wish: AcmeWish, { profile }: LowerContext): LoweredResource => {
  const { issuer, names, deploy } = wish
  const live = `${profile.name('paths', 'certbot-dir')}/live/${id}`
  const argv = [
    ...['certbot', 'certonly', '--non-interactive', '--agree-tos', '--cert-name', id],
    ...['--server', issuer.acme, '--email', issuer.email, '--expand', '--renew-with-new-domains', '--force-renewal'],
    ...proofWords(issuer),
    ...keyWords(wish.keyType),
    ...(deploy === undefined ? [] : ['--deploy-hook', deploy]),
    ...names.flatMap((name) => ['--domain', name]),
  ]
  const unless = holds(`${live}/cert.pem`, wish)
  // What an undo takes back may be a renewal; only of a first one is it sure that nothing was there before.
  const second = `${profile.name('paths', 'certbot-dir')}/archive/${id}/cert2.pem`
  const undo = `test -e ${second} || ${quoteArgv(['certbot', 'delete', '--non-interactive', '--cert-name', id])}`
  const args = argsFrom({ argv: argv.map(encode).join(' '), timeout: timeoutSeconds, undo, unless })
  const step = { verb: 'EXEC', target: `certificate ${id}`, args }
  return {
    steps: [step],
    probes: [{ id: `unless:${step.target}`, argv: ['/bin/sh', '-c', unless], timeoutMs: 30_000 }],
  }
}
