import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const known = ['file', 'directory', 'service', 'sudoers']

test.each([
  ['flie', 'file'],
  ['dirctory', 'directory'],
  ['Service', 'service'],
  ['mountain', undefined],
])('%s → %s', (word, expected) => {
  expect(nearest(word, known)).toBe(expected)
})
