import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Mask, openSecrets } from './index.ts'

const root = mkdtempSync(join(tmpdir(), 'hexis-secrets-'))
writeFileSync(join(root, 'db'), 'from file\n\n')
const secrets = () => openSecrets({ configRoot: root, env: { DB: 'p4ssw0rd\n', PATH: process.env.PATH } })
const string = async (bytes: Promise<Uint8Array>) => Buffer.from(await bytes).toString()

describe('secrets', () => {
  test('env is taken as it is; file and command lose one newline', async () => {
    const { resolve } = secrets()
    expect(await string(resolve({ secret: { env: 'DB' } }))).toBe('p4ssw0rd\n')
    expect(await string(resolve({ secret: { file: 'db' } }))).toBe('from file\n')
    expect(await string(resolve({ secret: { command: ['printf', '%s\\n', '$HOME'] } }))).toBe('$HOME')
  })

  test('are read once a run', async () => {
    const { resolve } = secrets()
    const hole = { secret: { command: ['sh', '-c', 'echo x >> count; cat count'] } }
    await resolve(hole)
    await resolve(hole)
    expect(readFileSync(join(root, 'count'), 'utf8')).toBe('x\n')
  })

  test.each([
    [{ secret: { env: 'BD' } }, /BD of secret\.env\('BD'\) is not set/],
    [{ secret: { file: 'nowhere' } }, /secret\.file\('nowhere'\) cannot be read/],
    [{ secret: { command: ['false'] } }, /ended with status 1/],
    [{ secret: { command: ['/nowhere/x'] } }, /cannot be started/],
    [{ secret: { command: ['head', '-c', '2000000', '/dev/zero'] } }, /printed more than/],
  ])('missing ones are diagnostics: %j', async (hole, message) => {
    await expect(secrets().resolve(hole)).rejects.toThrow(message)
  })

  test('whatever was read is masked', async () => {
    const { resolve, mask } = secrets()
    await resolve({ secret: { file: 'db' } })
    expect(mask.apply('it is from file!')).toBe('it is ‹secret›!')
  })
})

describe('the mask', () => {
  const value = 'S3cr/t "q" é+ü%'
  const mask = new Mask()
  mask.add(value)
  const bytes = Buffer.from(value)
  const forms: readonly [string, string][] = [
    ['raw', value],
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
    ['percent', encodeURIComponent(value)],
    ['JSON', JSON.stringify(value)],
    ['hex', bytes.toString('hex')],
    ['SHA-256', createHash('sha256').update(value).digest('hex')],
  ]
  test.each(forms)('hides it as %s', (_name, form) => {
    expect(mask.apply(`<${form}>`)).toContain('‹secret›')
    expect(mask.apply(`<${form}>`)).not.toContain(form)
  })

  test('hides it in base64 at every alignment', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const encoded = Buffer.from(before + value + after).toString('base64')
        expect(mask.apply(encoded)).toContain('‹secret›')
      }),
    )
  })

  test('hides single lines of a secret with several', () => {
    const key = new Mask()
    key.add('-----BEGIN\nabcdefgh\n-----END\n')
    expect(key.apply('+abcdefgh')).toBe('+‹secret›')
  })

  test('leaves other text alone', () => {
    expect(mask.apply('nothing here')).toBe('nothing here')
    expect(new Mask().apply('x')).toBe('x')
  })
})
