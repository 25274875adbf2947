import { expect, test } from 'vitest'
import { parseDurationMs } from './duration.ts'

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['30', undefined],
  ['0s', undefined],
  ['-1s', undefined],
  ['900d', undefined],
  ['', undefined],
])('%s is %s', (text, expected) => {
  expect(parseDurationMs(text)).toBe(expected)
})
