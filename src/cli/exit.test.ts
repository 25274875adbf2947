import { expect, test } from 'vitest'
import type { Exit } from './exit.ts'
import { exitOfDiagnostics, exitOfHost, exits, strongest } from './exit.ts'

test.each([
  [[], 0],
  [[0, 0], 0],
  [[2, 5], 5],
  [[5, 4], 4],
  [[4, 3], 3],
  [[3, 1], 1],
  [[1, 130, 3], 130],
  [[2, 4, 0], 4],
] as const)('of %j the exit code is %i', (codes: readonly Exit[], expected) => {
  expect(strongest(codes)).toBe(expected)
})

test.each([
  ['converged', 0],
  ['changed', 0],
  ['ready', 0],
  ['declined', 2],
  ['failed', 3],
  ['undone', 3],
  ['refused', 3],
  ['unreachable', 4],
  ['interrupted', 130],
] as const)('a host that ends %s means %i', (status, expected) => {
  expect(exitOfHost(status)).toBe(expected)
})

test('a warning is no error', () => {
  const found = { code: 'usage', summary: 'x' } as const
  expect(exitOfDiagnostics([{ ...found, severity: 'warning' }])).toBe(exits.converged)
  expect(exitOfDiagnostics([{ ...found, severity: 'error' }])).toBe(exits.usage)
})
