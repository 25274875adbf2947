import { expect, test } from 'vitest'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { buildInventory } from '../inventory/index.ts'
import { agentChoice } from './agent.ts'

const inventory = buildInventory(
  { hosts: { a: { labels: { ring: 'canary' } }, b: { labels: { ring: 'prod' } } }, groups: {}, defaults: {} },
  { configRoot: '/', locate: () => undefined },
)
const choose = (written: unknown) => agentChoice(written, inventory, () => ({ file: 'site.ts', line: 1, column: 1 }))

test('nothing written: every host enforces, on the branch of its agent', () => {
  expect(choose(undefined)('a')).toEqual({ mode: 'enforce' })
})

test('the first entry that picks a host decides its mode and its branch', () => {
  const chosen = choose({
    mode: [
      { mode: 'audit', on: 'ring=canary' },
      { mode: 'enforce', on: 'a' },
    ],
    track: { branch: 'canary', on: 'ring=canary' },
    interval: '90s',
  })
  expect(chosen('a')).toEqual({ mode: 'audit', branch: 'canary', intervalMs: 90_000 })
  expect(chosen('b')).toEqual({ mode: 'enforce', intervalMs: 90_000 })
})

test.each([
  [{ mode: 'observe' }, /agent\.?mode|mode must/],
  [{ mode: [{ mode: 'audit', on: 'role=x' }] }, /role/],
  [{ track: [{ branch: '--upload-pack=x', on: 'a' }] }, /branch/],
  [{ track: { branch: 'x', on: 'nobody' } }, /nobody/],
  [{ interval: 'often' }, /duration/],
  [{ intervall: '5m' }, /unknown property/],
])('%j is refused, and the line of the site is named', (written, says) => {
  const error = (() => {
    try {
      choose(written)
    } catch (thrown) {
      return thrown
    }
    return undefined
  })()
  expect(error).toBeInstanceOf(DiagnosticError)
  const [first] = (error as DiagnosticError).diagnostics
  expect(first?.summary).toMatch(says)
  expect(first?.source?.file).toBe('site.ts')
})
