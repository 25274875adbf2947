import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seal } from '../../src/secrets/age.ts'
import { keptIdentity } from '../../src/secrets/identity.ts'
import { found } from '../secrets/forms.ts'
import { Pulling } from './pulling.ts'

const own = 'Only "this" host/1+1'
const foreign = 'Of another host 22'

describe('an agent with signed commits and secrets of its host', { timeout: 100_000 }, () => {
  let box: Pulling
  let good = ''
  const before = process.env.HEXIS_AGE_IDENTITY
  const once = async () => {
    const ran = await box.agent('run', '--once')
    const { record } = box
    if (record === undefined) throw new Error(ran.err)
    expect(found(`${ran.out}${ran.err}${JSON.stringify(record)}`, [own, foreign])).toEqual([])
    return record
  }
  const configured = (name: string, content: string): string => `
    const { secret } = await import('hexis')
    r.directory('/srv', {})
    r.file('/srv/${name}', { content: ${content}, mode: '0600' })`

  beforeAll(async () => {
    box = new Pulling()
    const key = join(box.folder, 'signer')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    writeFileSync(
      join(box.folder, 'allowed'),
      `alice@example.org namespaces="git" ${readFileSync(`${key}.pub`, 'utf8')}`,
    )
    box.configure({ allowedSigners: join(box.folder, 'allowed') })
    for (const [name, value] of [
      ['gpg.format', 'ssh'],
      ['user.signingkey', key],
      ['commit.gpgsign', 'true'],
    ] as const)
      box.git('config', name, value)
    const identity = join(box.folder, 'agent.key')
    process.env.HEXIS_AGE_IDENTITY = identity
    const mine = await keptIdentity(identity)
    const other = await keptIdentity(join(box.folder, 'other.key'))
    const files = { 'own.age': [own, mine.recipient], 'other.age': [foreign, other.recipient] } as const
    for (const [name, [text, recipient]] of Object.entries(files))
      writeFileSync(
        join(box.origin, name),
        await seal(Buffer.from(text), [{ key: recipient, host: name.slice(0, -4) }]),
      )
    chmodSync(identity, 0o600)
  }, 60_000)
  afterAll(async () => {
    if (before === undefined) delete process.env.HEXIS_AGE_IDENTITY
    else process.env.HEXIS_AGE_IDENTITY = before
    await box?.dispose()
  })

  test('a signed commit is applied, with the secret that is for this host', async () => {
    good = box.commit(configured('own', "secret.age('own.age')"))
    const record = await once()
    expect(record.because ?? '').toBe('')
    expect(record).toMatchObject({ state: 'ok', commit: good, good })
    expect(box.read('srv/own')).toBe(own)
  })

  test('one with a secret of another host fails and says whose key is needed; what is in force stays', async () => {
    const bad = box.commit(configured('own', "secret.age('other.age')"))
    const record = await once()
    expect(record.state).not.toBe('ok')
    expect(record.because).toContain("secret.age('other.age') is not encrypted for a key of this machine")
    expect(record).toMatchObject({ upstream: bad, good })
    expect(box.read('srv/own')).toBe(own)
  })

  test('one that nobody signed is refused, whatever is in it; the next that is signed is taken', async () => {
    box.git('config', 'commit.gpgsign', 'false')
    box.commit(configured('unsigned', "'x'"))
    expect(await once()).toMatchObject({ state: 'untrusted', good, because: expect.stringMatching(/is not signed/) })
    expect(box.read('srv/unsigned')).toBeUndefined()
    box.git('config', 'commit.gpgsign', 'true')
    const next = box.commit(configured('next', "secret.age('own.age')"))
    expect(await once()).toMatchObject({ state: 'ok', good: next })
    expect(box.read('srv/next')).toBe(own)
  })

  test('nothing that the agent keeps holds a secret, but where the host has it', () => {
    const kept = join(box.box, 'var/lib/hexis/agent')
    for (const entry of readdirSync(kept, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        expect(found(readFileSync(join(entry.parentPath, entry.name)), [own, foreign]), entry.name).toEqual([])
  })
})
