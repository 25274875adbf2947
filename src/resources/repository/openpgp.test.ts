import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { armoured, publicKeysIn } from './openpgp.ts'
import { otherFingerprint, otherKey, sampleFingerprint, sampleKey } from './sample-key.ts'

const keysIn = (text: string) => publicKeysIn(Buffer.from(text, 'latin1'))

test('fingerprints are those of gpg and of the standard, from text, other line ends and bytes', () => {
  const { fingerprints, packets } = keysIn(sampleKey)
  expect(fingerprints).toEqual([sampleFingerprint])
  expect(keysIn(`words before\n${sampleKey.replaceAll('\n', '\r\n')}`).fingerprints).toEqual([sampleFingerprint])
  expect(publicKeysIn(packets).fingerprints).toEqual([sampleFingerprint])
  expect(keysIn(otherKey).fingerprints).toEqual([otherFingerprint])
})

test('every key of a file is named, however they are put together', () => {
  const both = [otherFingerprint, sampleFingerprint]
  expect(keysIn(otherKey + sampleKey).fingerprints).toEqual(both)
  const bytes = Buffer.concat([keysIn(otherKey).packets, keysIn(sampleKey).packets])
  expect(publicKeysIn(bytes).fingerprints).toEqual(both)
  expect(keysIn(armoured(bytes)).fingerprints).toEqual(both)
})

test('armour is made as gpg makes it', () => {
  expect(armoured(keysIn(sampleKey).packets)).toBe(sampleKey.replace('Comment: of a test\n', ''))
})

const bytes = Buffer.from(keysIn(sampleKey).packets)
const altered = (at: number, to: number): string => {
  const copy = Buffer.from(bytes)
  copy[at] = to
  return copy.toString('latin1')
}

test.each([
  ['nothing', '', /empty/],
  ['a web page', '<html>Not found</html>', /neither an armoured nor a binary/],
  ['a changed letter', sampleKey.replace('gpg', 'gpG').replace('mDME', 'mDMF'), /the sum is another/],
  ['half an armour', sampleKey.slice(0, 300), /armour has no end/],
  ['no base64', sampleKey.replace('mDME', 'm*ME'), /armour is broken/],
  ['a message', sampleKey.replaceAll('PUBLIC KEY BLOCK', 'MESSAGE'), /is a PGP message, and no public key/],
  ['half of the bytes', bytes.subarray(0, 40).toString('latin1'), /cut off/],
  ['a secret key', altered(0, 0x94), /secret key/],
  ['a signature alone', altered(0, 0x88), /does not begin with a public key/],
  ['an old version', altered(2, 3), /version 3; versions 4 and 6/],
  ['a packet without length', altered(0, 0x9b), /without a length/],
  ['a packet in parts', altered(0, 0xc6).replace(/^(.)./s, '$1\xe1'), /in parts/],
  ['encrypted data among it', `${bytes.toString('latin1')}\xd2\x01\x01`, /a packet 18/],
])('%s is refused', (_, text, says) => {
  expect(() => keysIn(text)).toThrow(says)
})

const hasGpg = ((): boolean => {
  try {
    execFileSync('gpg', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasGpg)('keys of gpg', () => {
  let home: string
  const gpg = (...args: readonly string[]): Buffer =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--passphrase', '', ...args], { stdio: 'pipe' })

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'hexis-gpg-'))
  })
  afterAll(() => {
    execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'], { stdio: 'ignore' })
    rmSync(home, { recursive: true, force: true })
  })

  test('of other algorithms, with subkeys and two names, have the fingerprints that gpg prints', () => {
    gpg('--quick-generate-key', 'One <a@example.org>', 'rsa2048', 'sign', 'never')
    const primary = /^fpr:+([0-9A-F]{40})/m.exec(gpg('--with-colons', '--list-keys').toString())?.[1] ?? ''
    gpg('--quick-add-key', primary, 'cv25519', 'encr', 'never')
    gpg('--quick-add-uid', primary, 'Óther <b@example.org>')
    expect(publicKeysIn(gpg('--export')).fingerprints).toEqual([primary])
    expect(publicKeysIn(gpg('--export', '--armor')).fingerprints).toEqual([primary])
    expect(() => publicKeysIn(gpg('--export-secret-keys'))).toThrow(/secret key/)
  }, 60_000)
})
