import { expect, test } from 'vitest'
import { nearest, nearestHint } from './nearest.ts'

test('finds the misspelt name', () => {
  expect(nearest('contnet', ['content', 'mode', 'owner'])).toBe('content')
  expect(nearest('wbe1', ['web1', 'db1'])).toBe('web1')
  expect(nearest('Owner', ['owner'])).toBe('owner')
})

test('does not guess wildly', () => {
  expect(nearest('banana', ['content', 'mode'])).toBeUndefined()
  expect(nearestHint('banana', ['content', 'mode'])).toBe('Known: content, mode.')
  expect(nearestHint('x', [])).toBeUndefined()
})
