import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'
import { found } from './forms.ts'

const secrets = ['Web-Only/one+1 é', 'Db "only" two%2', 'For-both three']
const names = ['web', 'db', 'both'] as const

let site: ScratchSite
const keys = new Map<string, string>()
const keyOf = (who: string): Readonly<Record<string, string>> => ({
  HEXIS_AGE_IDENTITY: join(site.folder, 'keys', `${who}.key`),
})
const as = async (who: string, args: readonly string[], stdin = ''): Promise<Ran> => {
  const ran = await site.hexis(args, { env: keyOf(who), stdin })
  expect(found(ran.all, secrets), `hexis ${args.join(' ')}`).toEqual([])
  return ran
}

const config = (): string => `import { defineSite, secret, text } from 'hexis'
import { file } from 'hexis/resources'

const host = (age: string) => ({ connection: 'directory' as const, os: 'debian/12', age })
export default defineSite({
  id: 'vault',
  hosts: {
    web: { ...host('${keys.get('web')}'), root: './hosts/web' },
    db: { ...host('${keys.get('db')}'), root: './hosts/db' },
    bare: { connection: 'directory', os: 'debian/12', root: './hosts/bare' },
  },
  configure(host) {
    if (host.name === 'bare') return
    file('/own', { content: text\`password = \${secret.age(\`secrets/\${host.name}.age\`)}\\n\`, mode: '0600' })
    file('/both', { content: secret.age('secrets/both.age'), mode: '0600' })
  },
})
`

beforeAll(async () => {
  site = scratchSite()
  for (const who of ['web', 'db', 'me']) {
    const made = await as(who, ['secret', 'key'])
    expect(made.out).toMatch(/^age1[a-z0-9]{58}\n$/)
    keys.set(who, made.out.trim())
  }
  for (const name of ['web', 'db', 'bare']) site.write('', `hosts/${name}/.keep`)
  site.write(config())
  const to = { web: 'web,me', db: `${keys.get('db')},me`, both: 'web,db,me' }
  for (const [index, name] of names.entries()) {
    const ran = await as('me', ['secret', 'encrypt', `secrets/${name}.age`, '--to', to[name]], `${secrets[index]}\n`)
    expect(ran).toMatchObject({ status: 0, out: '' })
  }
}, 120_000)
afterAll(() => site?.dispose())

test('who runs hexis can bring them to every host that it is for', async () => {
  expect(await as('me', ['up', '--yes', '-v'])).toMatchObject({ status: 0 })
  expect(readFileSync(join(site.folder, 'hosts/web/own'), 'utf8')).toBe(`password = ${secrets[0]}\n`)
  expect(readFileSync(join(site.folder, 'hosts/db/own'), 'utf8')).toBe(`password = ${secrets[1]}\n`)
  expect(readFileSync(join(site.folder, 'hosts/db/both'), 'utf8')).toBe(secrets[2])
  expect(await as('me', ['plan', '--diff', '--json'])).toMatchObject({ status: 0 })
}, 60_000)

test('the key of a host opens what is for it, and every other fails and says whose key is needed', async () => {
  const mayOpen: Record<string, readonly string[]> = { web: ['web', 'me'], db: ['db', 'me'], both: ['web', 'db', 'me'] }
  for (const who of ['web', 'db', 'me'])
    for (const name of names) {
      const copy = `copies/${name}.age`
      site.write(readFileSync(join(site.folder, `secrets/${name}.age`), 'utf8'), copy)
      const ran = await as(who, ['secret', 'rekey', copy, '--to', 'me'])
      expect(ran.status === 0, `${name} with the key of ${who}`).toBe(mayOpen[name]?.includes(who))
      if (ran.status === 0) continue
      expect(ran.err).toContain('is not encrypted for a key of this machine')
      expect(ran.err).toContain(keys.get(name) ?? '?')
    }
}, 120_000)

test('a host whose secret this key does not open fails with the line that needs it, the others go on', async () => {
  const ran = await as('web', ['plan'])
  expect(ran.status).toBe(3)
  expect(ran.err).toMatch(/error\[secret-key\] site\.ts:14:5 secret\.age\('secrets\/db\.age'\)/)
  expect(ran.err).toContain(`It is encrypted for ${keys.get('db')}, ${keys.get('me')}.`)
  expect(ran.err).not.toContain('host web')
}, 60_000)

test('whom a file is for is said, also as JSON, and a host without a key is named', async () => {
  expect((await as('db', ['secret', 'recipients', 'secrets/web.age'])).out).toContain(`${keys.get('web')}  web`)
  const json = await as('db', ['secret', 'recipients', 'secrets/db.age', '--json'])
  expect(JSON.parse(json.out)).toMatchObject({
    count: 2,
    recipients: [{ key: keys.get('db') }, { key: keys.get('me') }],
  })
  const bare = await as('me', ['secret', 'encrypt', '--to', 'bare'], 'x')
  expect(bare.status).toBe(1)
  expect(bare.err).toContain('nobody knows a key of host bare')
  for (const [args, words] of [
    [['secret', 'encrypt'], 'nobody is named'],
    [['secret', 'encrypt', '--to', 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqq'], 'is no public key of age'],
    [['secret', 'encrypt', '--to', 'nowhere'], 'nowhere'],
    [['secret', 'encrypt', '--to', 'me'], 'standard input is empty'],
    [['secret', 'recipients', 'site.ts'], 'is no file that age encrypted'],
    [['secret', 'rekey'], 'no file was named'],
  ] as const) {
    const ran = await as('me', args)
    expect(ran.status, args.join(' ')).toBe(1)
    expect(ran.err).toContain(words)
  }
}, 120_000)

test('the same in YAML', async () => {
  site.write(
    `id: vault
hosts:
  web: { connection: directory, os: debian/12, root: ./hosts/web, age: ${keys.get('web')} }
configure:
  - file:
      /own: { content: { $secret: { age: secrets/web.age } }, mode: '0600' }
`,
    'hexis.yaml',
  )
  const ran = await as('me', ['--config', 'hexis.yaml', 'plan', '--diff'])
  expect(ran, ran.all).toMatchObject({ status: 0 })
}, 60_000)

test('nothing that lies in the repository or that hexis left holds one', () => {
  const files = readdirSync(site.folder, { recursive: true, withFileTypes: true })
  for (const file of files) {
    const path = join(file.parentPath, file.name)
    if (file.isFile() && !path.startsWith(join(site.folder, 'hosts')))
      expect(found(readFileSync(path), secrets), path).toEqual([])
  }
})
