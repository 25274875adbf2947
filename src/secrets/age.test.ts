import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { identityOf, isRecipient, newIdentity, open, recipientsIn, seal } from './age.ts'
import { keptIdentity, makeIdentity, readIdentities } from './identity.ts'
import { openSecrets } from './index.ts'

const root = mkdtempSync(join(tmpdir(), 'hexis-age-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const keyFile = (name: string): string => join(root, `${name}.key`)
const recipient = async (name: string): Promise<string> => (await keptIdentity(keyFile(name))).recipient
const read = (name: string, by: string): Promise<string> =>
  openSecrets({ configRoot: root, env: { HEXIS_AGE_IDENTITY: keyFile(by) } })
    .resolve({ secret: { age: name } })
    .then((bytes) => Buffer.from(bytes).toString())
const whole = (error: unknown): string =>
  error instanceof DiagnosticError
    ? error.diagnostics.map((d) => `${d.code}: ${d.summary} ${d.detail ?? ''}`).join()
    : ''
const refusal = (name: string, by: string): Promise<string> => read(name, by).then(() => 'it was read', whole)

describe('secret.age', () => {
  let web: string
  let db: string
  beforeAll(async () => {
    web = await recipient('web')
    db = await recipient('db')
    const text = Buffer.from('top secret\n')
    writeFileSync(join(root, 'web.age'), await seal(text, [{ key: web, host: 'web1' }]))
    writeFileSync(join(root, 'both.age'), await seal(text, [{ key: web, host: 'web1' }, { key: db }]))
  })

  test('is read with the key that it is for, and loses one newline', async () => {
    expect(await read('web.age', 'web')).toBe('top secret')
    expect(await read('both.age', 'web')).toBe('top secret')
    expect(await read('both.age', 'db')).toBe('top secret')
  })

  test('with the key of another host it stays closed, and the key that is needed is named', async () => {
    const said = await refusal('web.age', 'db')
    expect(said).toContain("secret-key: secret.age('web.age') is not encrypted for a key of this machine")
    expect(said).toContain(`It is encrypted for web1 (${web}).`)
    expect(said).toContain(`This machine has ${db}`)
    expect(said).not.toContain('top secret')
  })

  test('without any key it says where it looked, and for whom the file is', async () => {
    const said = await refusal('web.age', 'nobody')
    expect(said).toContain('this machine has none')
    expect(said).toContain(keyFile('nobody'))
    expect(said).toContain('web1')
  })

  test('what is no file, no age file, cut off or changed is named', async () => {
    const armored = await seal(Buffer.from('x'.repeat(300)), [{ key: web }])
    const lines = armored.split('\n')
    mkdirSync(join(root, 'folder.age'))
    const files: Record<string, string | Buffer> = {
      'text.age': 'password: hunter2\n',
      'empty.age': '',
      'cut.age': armored.slice(0, 400),
      'short.age': [...lines.slice(0, 4), ...lines.slice(-2)].join('\n'),
      'large.age': Buffer.alloc(10 * 1024 * 1024),
    }
    for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content)
    expect(await refusal('text.age', 'web')).toMatch(/^secret-damaged: .*it is no file that age encrypted/)
    expect(await refusal('text.age', 'web')).not.toContain('hunter2')
    expect(await refusal('empty.age', 'web')).toMatch(/^secret-damaged/)
    expect(await refusal('cut.age', 'web')).toMatch(/^secret-damaged: .*armor is broken/)
    expect(await refusal('short.age', 'web')).toMatch(/^secret-damaged: .*header is incomplete/)
    expect(await refusal('large.age', 'web')).toMatch(/^secret-too-large/)
    expect(await refusal('folder.age', 'web')).toMatch(/^secret-missing: .* is no file/)
    expect(await refusal('nowhere.age', 'web')).toMatch(/^secret-missing: .*ENOENT/)
  })

  test('no byte of a binary file can be changed or be missing', async () => {
    const identity = await newIdentity()
    const armored = await seal(Buffer.from('top secret'), [{ key: identity.recipient }])
    const binary = Buffer.from(armored.split('\n').slice(1, -2).join(''), 'base64')
    expect(await open(binary, [identity])).toMatchObject({ is: 'open' })
    await fc.assert(
      fc.asyncProperty(fc.nat(binary.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(binary)
        changed[at] = (changed[at] ?? 0) ^ by
        expect((await open(changed, [identity])).is).not.toBe('open')
        expect((await open(binary.subarray(0, at), [identity])).is).not.toBe('open')
      }),
      { numRuns: 60 },
    )
  })
})

describe('keys', () => {
  test('are made for their owner alone, once, and read again', async () => {
    const file = join(root, 'deep', 'folder', 'age.key')
    const first = await keptIdentity(file)
    expect(first.made).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await keptIdentity(file)).toEqual({ recipient: first.recipient, made: false })
    expect(isRecipient(first.recipient)).toBe(true)
    expect(isRecipient(`${first.recipient.slice(0, -1)}q`)).toBe(false)
    const { text, recipient: key } = await makeIdentity()
    expect(text).toContain(`# public key: ${key}`)
  })

  test('that others may read, that are none, or that are too many bytes are refused without being shown', async () => {
    const file = keyFile('bad')
    const said = () => readIdentities(file).then(() => 'it was read', whole)
    const { text } = await makeIdentity()
    writeFileSync(file, text)
    chmodSync(file, 0o640)
    expect(await said()).toMatch(/can be read by others: its mode is 0640/)
    chmodSync(file, 0o600)
    const secret = text.split('\n')[1] ?? ''
    writeFileSync(file, `# one\n${secret.slice(0, -1)}\n`)
    expect(await said()).toMatch(/^secret-key: line 2 of .* is no secret key of age/)
    expect(await said()).not.toContain(secret.slice(0, 30))
    writeFileSync(file, '# nothing\n')
    expect(await said()).toMatch(/holds no key/)
    writeFileSync(file, 'x'.repeat(100_000))
    expect(await said()).toMatch(/too large/)
  })
})

const hasAge = (() => {
  try {
    execFileSync('age', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

// Where tests run as root, `./dev setup` brings age; then it is not skipped.
describe.skipIf(!hasAge && process.getuid?.() !== 0)('beside the program age', () => {
  test('each opens what the other encrypted, armored and binary', async () => {
    const file = keyFile('age')
    execFileSync('age-keygen', ['-o', file], { stdio: 'ignore' })
    const [identity] = (await readIdentities(file)) ?? []
    if (identity === undefined) throw new Error('no key')
    expect(await identityOf(identity.secret)).toEqual(identity)
    const other = await newIdentity()
    const ours = join(root, 'ours.age')
    writeFileSync(ours, await seal(Buffer.from('ours'), [{ key: other.recipient }, { key: identity.recipient }]))
    expect(execFileSync('age', ['-d', '-i', file, ours], { encoding: 'utf8' })).toBe('ours')
    for (const how of [['-a'], []]) {
      const args = [...how, '-r', identity.recipient, '-r', other.recipient]
      const theirs = execFileSync('age', args, { input: 'theirs' })
      const opened = await open(theirs, [other])
      expect(opened.is === 'open' ? Buffer.from(opened.text).toString() : opened).toBe('theirs')
      expect(recipientsIn(theirs)).toEqual({ named: [], count: 2 })
      expect(await open(theirs, [await newIdentity()])).toEqual({ is: 'other-key' })
    }
  })
})
