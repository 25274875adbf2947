import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inert, inertLines } from './inert.ts'

test('what a terminal would obey is shown instead', () => {
  expect(inert('a\x1b[31mb\rc\u009bd\u202ee\u0007\x7f\n')).toBe('a\\e[31mb\\rc\\x9bd\\u202ee\\x07\\x7f\\n')
})

test('several lines keep their newlines and tabs', () => {
  expect(inertLines('a\n\tb\x1bc')).toBe('a\n\tb\\ec')
})

test('nothing that is left is a control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
      expect(inert(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
})

test('ordinary text of any script is left alone', () => {
  expect(inert('Grüße, 世界 – “ok”')).toBe('Grüße, 世界 – “ok”')
})
