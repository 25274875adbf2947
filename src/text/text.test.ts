import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import {
  canonicalJson,
  hasSecret,
  held,
  partsOf,
  resolveText,
  sealedDigest,
  secret,
  text,
  textFromJson,
} from './index.ts'

describe('the text tag', () => {
  test('drops the common indentation and keeps the rest', () => {
    expect(text`
      server {
        listen ${80};
      }
    `).toBe('server {\n  listen 80;\n}\n')
  })

  test('keeps one line as it is, and escapes do not count as lines', () => {
    expect(text`  a\n b `).toBe('  a\n b ')
    expect(text`
      a\tb\nc \u00e9 \x41 \\
      ${'x'}
    `).toBe('a\tb\nc é A \\\nx\n')
  })

  test('blank lines and values of several lines are left alone', () => {
    expect(text`
      a

      ${'b\n      c'}
    `).toBe('a\n\nb\n      c\n')
  })

  test('holes stay holes, joined with what is around them', () => {
    const inner = text`p=${secret.env('DB')};`
    expect(JSON.parse(JSON.stringify(text`a ${inner} b`))).toEqual({
      $text: ['a p=', { secret: { env: 'DB' } }, '; b'],
    })
  })
})

describe('held text', () => {
  const password = secret.env('DB')
  test.each([
    ['a template', () => `x ${password}`],
    ['concatenation', () => `${'x'}${String(password)}`],
    ['a number', () => Number(password)],
    ['toString', () => password.toString()],
    ['join', () => [password].join(',')],
  ])('throws in %s, with position and hint', (_name, use) => {
    try {
      use()
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(DiagnosticError)
      const diagnostic = (error as DiagnosticError).diagnostics[0]
      expect(diagnostic).toMatchObject({ code: 'held-as-string' })
      expect(diagnostic?.hint).toContain('text tag')
      expect(diagnostic?.source?.file).toMatch(/text\.test\.ts$/)
    }
  })

  test('never prints', () => {
    expect(inspect({ password })).toBe('{ password: [held] }')
    expect(Object.keys(password)).toEqual([])
  })
})

describe('parts', () => {
  test('are filled in order', async () => {
    const parts = partsOf(text`a=${secret.env('A')} b=${held([{ probe: 'p' }])}\n`)
    const bytes = await resolveText(parts, async (hole) => ('secret' in hole ? 'S' : new Uint8Array([80])))
    expect(Buffer.from(bytes).toString()).toBe('a=S b=P\n')
    expect(hasSecret(parts)).toBe(true)
    expect(hasSecret([{ probe: 'p' }])).toBe(false)
  })

  test('have a digest that depends on the shape alone', () => {
    expect(sealedDigest(['a', { secret: { env: 'B' } }])).toMatch(/^sealed:[0-9a-f]{64}$/)
    expect(sealedDigest(['a'])).not.toBe(sealedDigest(['b']))
  })

  test('come back from JSON', () => {
    const original = text`a ${secret.command(['pass', 'db'])}`
    const again = textFromJson(JSON.parse(JSON.stringify(original)))
    expect(again === undefined ? undefined : partsOf(again)).toEqual(partsOf(original))
    expect(textFromJson('plain')).toBe('plain')
    expect(textFromJson({ $text: [{ secret: { vault: 'x' } }] })).toBeUndefined()
    expect(textFromJson({ $text: 'a' })).toBeUndefined()
  })
})

test('canonical JSON sorts names and drops what is undefined', () => {
  expect(canonicalJson({ b: 1, a: [undefined, { d: undefined, c: 'é' }] })).toBe('{"a":[null,{"c":"é"}],"b":1}')
})
