import { expect, test } from 'vitest'
import type { AgentRecord } from '../state/state.ts'
import { newRecord } from '../state/store.ts'
import { fullCommit, nextExpiry, order, withOrder, withoutExpired } from './orders.ts'

const c1 = '1'.repeat(40)
const c2 = '12'.repeat(20)
const given = { by: 'ann', at: 1000 }
const record = (part: Partial<AgentRecord> = {}): AgentRecord => ({
  ...newRecord('1', 'h', 'main'),
  state: 'ok',
  commit: c1,
  good: c1,
  ...part,
})

test('an order is kept with who, why and until', () => {
  const frozen = withOrder(record(), { verb: 'freeze', why: 'measuring', forSeconds: 60 }, given)
  expect(frozen.orders.freeze).toEqual({ by: 'ann', why: 'measuring', at: 1000, until: 1060 })
  const tracking = withOrder(frozen, { verb: 'track', branch: 'fix', why: 'try it', forSeconds: 10 }, given)
  expect(tracking.orders.track).toEqual({ by: 'ann', why: 'try it', at: 1000, until: 1010, branch: 'fix' })
  expect(nextExpiry(tracking)).toBe(1010)
})

test('an order ends at its time, and not before; others stay', () => {
  const both = record({
    orders: {
      freeze: { by: 'ann', why: 'w', at: 1 },
      track: { by: 'bob', why: 'w', at: 1, until: 1010, branch: 'fix' },
    },
  })
  expect(withoutExpired(both, 1009)).toEqual({ record: both, over: [] })
  const { record: after, over } = withoutExpired(both, 1010)
  expect(after.orders).toEqual({ freeze: both.orders.freeze })
  expect(over).toEqual(['tracking fix, ordered by bob, is over'])
})

test('a rollback by name gives a bad commit one more try; unfreeze lifts it again', () => {
  const bad = [{ commit: c2, stage: 'health' as const, because: 'ill', at: 1 }]
  const pinned = withOrder(record({ bad }), { verb: 'rollback', commit: c2, why: 'w' }, given)
  expect(pinned.bad).toEqual([])
  expect(pinned.orders.pin?.commit).toBe(c2)
  expect(withOrder(pinned, { verb: 'unfreeze' }, given).orders).toEqual({})
})

test('who lets a broken agent go on is named, and nothing is gone back to any more', () => {
  const broken = record({ state: 'broken', because: 'x', trying: { commit: c2, from: 1, at: 1 } })
  const after = withOrder(broken, { verb: 'unfreeze' }, given)
  expect(after).toMatchObject({ state: 'failing', because: 'ann lets the agent go on' })
  expect(after.trying).toBeUndefined()
})

test('unfreeze without anything to lift is refused', () => {
  expect(() => withOrder(record(), { verb: 'unfreeze' }, given)).toThrow(/neither frozen nor pinned nor broken/)
})

test('the beginning of a commit stands for the one that is known, and for none where two are', () => {
  expect(fullCommit(record({ upstream: c2 }), '111')).toBe(c1)
  expect(fullCommit(record({ upstream: c2 }), '12')).toBe(c2)
  expect(fullCommit(record({ upstream: c2 }), '1')).toBeUndefined()
  expect(fullCommit(record(), 'abc')).toBeUndefined()
})

test.each([
  [{ verb: 'freeze' }],
  [{ verb: 'freeze', why: ' ' }],
  [{ verb: 'track', branch: '--upload-pack=x', why: 'w', forSeconds: 1 }],
  [{ verb: 'track', branch: 'x', why: 'w' }],
  [{ verb: 'rollback', commit: 'main', why: 'w' }],
  [{ verb: 'pull', because: 'x' }],
  [{ verb: 'reboot' }],
])('%j is no order', (asked) => {
  expect(order.safeParse(asked).success).toBe(false)
})
