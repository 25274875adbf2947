import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { ownEnvironment, runProcess } from '../../src/process/run.ts'
import { seal } from '../../src/secrets/age.ts'
import { keptIdentity } from '../../src/secrets/identity.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'
import { found } from './forms.ts'

const one = 'S3cr&t "one" /x+y=é'
const two = 'secret-two-77aa88bb'
const hash = '$6$hexisSalt$3d1zUKbSecretHashOfNobody0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'
const changed = 'Changed<secret>99'
const three = 'Only-for-one-host/3+3'
const all = [one, two, hash, changed, three]
const env = { HEXIS_TEST_ONE: one, HEXIS_TEST_HASH: hash, HEXIS_AGE_IDENTITY: './age.key' }

/** A secret that lies encrypted in the repository, and the key that opens it. */
const encryptThree = async (folder: string): Promise<void> => {
  const { recipient } = await keptIdentity(join(folder, 'age.key'))
  writeFileSync(join(folder, 'three.age'), await seal(Buffer.from(`${three}\n`), [{ key: recipient, host: 'box' }]))
}

const config = (host: string, more = ''): string => `import { defineSite, secret, text } from 'hexis'
import { block, exec, file, line, user } from 'hexis/resources'

export default defineSite({
  id: 'vault',
  hosts: { box: ${host} },
  configure() {
    const one = secret.env('HEXIS_TEST_ONE')
    const two = secret.file('./two.secret')
    file('/etc/vault-whole', { content: one, mode: '0600' })
    file('/etc/vault-part', { content: text\`password = \${one}\\nother = \${two}\\n\`, mode: '0600' })
    file('/etc/vault-age', { content: secret.age('./three.age'), mode: '0600' })
    file('/etc/vault-command', { content: text\`\${secret.command(['cat', './two.secret'])}\\n\`, mode: '0600' })
    ${more}
  },
})
`

/** What only a whole system has. */
const system = `user('vault', { uid: 950, password: secret.env('HEXIS_TEST_HASH') })
    exec('use', { command: 'cat >/root/vault-used', stdin: text\`\${one}\\n\`, creates: '/root/vault-used', undo: 'rm -f /root/vault-used' })`

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe.skipIf(process.getuid?.() !== 0)('a known secret, on a host with systemd', () => {
  let lab: Lab
  let site: ScratchSite
  const outputs: string[] = []

  const hexis = async (args: readonly string[], secrets: Readonly<Record<string, string>> = env): Promise<Ran> => {
    const ran = await site.hexis(args, { env: secrets })
    expect(found(ran.all, all), `output of hexis ${args.join(' ')}`).toEqual([])
    outputs.push(ran.all)
    return ran
  }
  const on = (command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, 'h1', command])
  const write = (more = ''): void =>
    site.write(config(`{ address: 'h1', ssh: { configFile: '${lab.sshConfig}' } }`, `${system}\n    ${more}`))

  beforeAll(async () => {
    lab = await startLab(1, { name: `secrets${process.pid}` })
    site = scratchSite()
    writeFileSync(join(site.folder, 'two.secret'), `${two}\n`, { mode: 0o600 })
    await encryptThree(site.folder)
    write()
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('check, document and steps need none of it', async () => {
    for (const args of [['check'], ['document', 'box'], ['steps', 'box']])
      expect(await hexis(args, {})).toMatchObject({ status: 0 })
  })

  test('a missing one is named, with its line, when it is needed', async () => {
    const ran = await hexis(['plan'], {})
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('HEXIS_TEST_ONE')
  })

  test('the whole life of a secret shows it nowhere', async () => {
    expect(await hexis(['plan', '--diff', '-v'])).toMatchObject({ status: 0 })
    expect(await hexis(['plan', '--json'])).toMatchObject({ status: 0 })
    expect(await hexis(['plan', '--out', 'p.tar'])).toMatchObject({ status: 0 })
    expect(await hexis(['up', '--yes', '-v'])).toMatchObject({ status: 0 })
    expect(await on('cat /etc/vault-whole')).toBe(one)
    expect(await on('cat /etc/vault-part')).toBe(`password = ${one}\nother = ${two}\n`)
    expect(await on('cat /etc/vault-age')).toBe(three)
    expect(await on('getent shadow vault | cut -d: -f2')).toBe(`${hash}\n`)
    expect(await on('cat /root/vault-used')).toBe(`${one}\n`)
    const second = await hexis(['up', '--yes', '--json'])
    expect(second.out).toContain('"status":"converged"')
    await on('echo foreign >>/etc/vault-part')
    expect(await hexis(['drift', '--diff'])).toMatchObject({ status: 5 })
    expect(await hexis(['drift', '--json'])).toMatchObject({ status: 5 })
    const rotated = { ...env, HEXIS_TEST_ONE: changed }
    expect(await hexis(['plan', '--diff'], rotated)).toMatchObject({ status: 0 })
    expect(await hexis(['up', '--yes', '--json'], rotated)).toMatchObject({ status: 0 })
    expect(await on('cat /etc/vault-whole')).toBe(changed)
    await hexis(['log', 'box'])
    await hexis(['explain', 'box', 'path:/etc/vault-part'])
    await hexis(['facts'])
  })

  test('what commands and validators print of it is masked', async () => {
    write(`file('/etc/vault-bad', { content: text\`\${one}\\n\`, validate: 'cat %s >&2; false' })`)
    const invalid = await hexis(['up', '--yes', '-v'])
    expect(invalid.status).toBe(3)
    expect(invalid.err).toContain('/etc/vault-bad')
    write(`exec('tell', { command: 'cat; cat /etc/vault-whole >&2; exit 3', stdin: text\`\${one}\\n\`, undo: 'true' })`)
    expect(await hexis(['up', '--yes', '-v'])).toMatchObject({ status: 3 })
    expect(await hexis(['run', '--', 'cat', '/etc/vault-part'], { ...env, HEXIS_TEST_ONE: changed })).toMatchObject({
      status: 0,
    })
    write()
  })

  test('nothing on the host holds it but its targets and the private blobs', async () => {
    const listing = await on(
      `find /var/lib/hexis /tmp /run /var/log /var/tmp /root -xdev -type f ! -path '/run/credentials/*' -printf '%m %p\\n'`,
    )
    const root = lab.hosts[0]?.root ?? ''
    await on('sync')
    for (const line of listing.trimEnd().split('\n')) {
      const [mode = '', path = ''] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]
      const isStore = /^\/var\/lib\/hexis\/blobs\//.test(path)
      if (path === '/root/vault-used' || !existsSync(join(root, path))) continue
      const inside = found(readFileSync(join(root, path)), all)
      if (isStore) expect(mode === '600' || inside.length === 0, `${path} has mode ${mode}`).toBe(true)
      else expect(inside, path).toEqual([])
      expect(found(path, all), 'a name').toEqual([])
    }
    expect(found(await on('journalctl --no-pager -q || true'), all)).toEqual([])
  })

  test('nothing that the controller left holds it', async () => {
    for (const path of filesBelow(site.folder)) {
      if (path.endsWith('two.secret')) continue
      expect(found(readFileSync(path), all), path).toEqual([])
    }
    expect(statSync(join(site.folder, 'p.tar')).mode & 0o777).toBe(0o600)
  })

  test('rollback takes it away', async () => {
    expect(await hexis(['rollback', '--on', 'box', '--to', '0', '--yes'])).toMatchObject({ status: 0 })
    expect(await on('ls /etc | grep vault || true')).toBe('')
    expect(outputs.length).toBeGreaterThan(15)
  })
})

test('no argument and no environment of any program holds it', async () => {
  const site = scratchSite()
  const trace = mkdtempSync(join(tmpdir(), 'hexis-trace-'))
  try {
    mkdirSync(join(site.folder, 'root/etc'), { recursive: true })
    writeFileSync(join(site.folder, 'two.secret'), `${two}\n`)
    writeFileSync(join(site.folder, 'one.secret'), one)
    await encryptThree(site.folder)
    const text = config("{ connection: 'directory', root: './root', os: 'debian/12' }")
    site.write(text.replace("secret.env('HEXIS_TEST_ONE')", "secret.file('./one.secret')"))
    for (const args of [
      ['up', '--yes'],
      ['drift'],
      ['up', '--yes'],
      ['rollback', '--on', 'box', '--to', '0', '--yes'],
    ]) {
      if (args[0] === 'drift') appendFileSync(join(site.folder, 'root/etc/vault-part'), 'x')
      const log = join(trace, 'log')
      const argv = ['strace', '-f', '-qq', '-e', 'trace=execve', '-v', '-s', '65535', '-o', log] as const
      const bin = join(import.meta.dirname, '../../bin/hexis')
      const ran = await runProcess([...argv, bin, ...args], {
        timeoutMs: 120_000,
        limitBytes: 16 * 1024 * 1024,
        cwd: site.folder,
        env: { ...ownEnvironment(), XDG_CACHE_HOME: join(site.folder, '.cache'), HEXIS_AGE_IDENTITY: './age.key' },
      })
      expect(ran.status, ran.stderr).toBe(args[0] === 'drift' ? 5 : 0)
      const calls = readFileSync(log, 'utf8')
      expect(calls).toContain('execve(')
      expect(calls).toContain('/bin/sh')
      // strace writes quotes and bytes beyond ASCII with backslashes: a part without them must not be there either.
      expect(found(calls, [...all, 'S3cr&t', '/x+y=']), args.join(' ')).toEqual([])
    }
  } finally {
    site.dispose()
    rmSync(trace, { recursive: true, force: true })
  }
})
