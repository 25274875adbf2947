import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Before, inOrder } from './order.ts'

/** Needs that follow a hidden order, so that there is no circle. */
const acyclic = fc.integer({ min: 0, max: 12 }).chain((size) =>
  fc
    .tuple(
      fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 24 }),
    )
    .map(([hidden, pairs]): Before => {
      const before = hidden.map(() => new Set<number>())
      for (const [a, b] of pairs) {
        const [low, high] = [Math.min(a % (size || 1), b % (size || 1)), Math.max(a % (size || 1), b % (size || 1))]
        if (low !== high) before[hidden[high] ?? 0]?.add(hidden[low] ?? 0)
      }
      return before
    }),
)

test('everything comes once, after what it needs', () => {
  fc.assert(
    fc.property(acyclic, (before) => {
      const { order = [] } = inOrder(before)
      expect(order.toSorted((a, b) => a - b)).toEqual([...before.keys()])
      for (const [node, needs] of before.entries())
        for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(node))
    }),
  )
})

test('a written order that is good already stays', () => {
  fc.assert(
    fc.property(acyclic, (before) => {
      const { order = [] } = inOrder(before)
      const renamed = order.map((node) => new Set([...(before[node] ?? [])].map((need) => order.indexOf(need))))
      expect(inOrder(renamed).order).toEqual([...order.keys()])
    }),
  )
})

test('a circle is one: each member needs the next', () => {
  fc.assert(
    fc.property(acyclic, fc.nat(), fc.nat(), (before, a, b) => {
      const size = before.length
      if (size < 2 || a % size === b % size) return
      const all = before.map((needs) => new Set(needs))
      all[a % size]?.add(b % size)
      all[b % size]?.add(a % size)
      const { circle = [] } = inOrder(all)
      expect(circle.length).toBeGreaterThan(1)
      for (const [index, node] of circle.entries())
        expect(all[node]?.has(circle[(index + 1) % circle.length] ?? -1)).toBe(true)
    }),
  )
})
