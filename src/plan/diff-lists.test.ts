import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Step } from '../steps/step.ts'
import { diffLists } from './diff-lists.ts'

const stepOf = (name: number): Step => ({ text: `DIR /${name}`, verb: 'DIR', target: `/${name}` })
const bySets = (from: readonly Step[], to: readonly Step[]) => {
  const [before, now] = [new Set(from.map((s) => s.text)), new Set(to.map((s) => s.text))]
  return { added: to.filter((s) => !before.has(s.text)), removed: from.filter((s) => !now.has(s.text)) }
}

test('what came and went is the same as by sets, however lists were shifted, mixed or repeated', () => {
  const list = fc.array(fc.integer({ min: 0, max: 60 }).map(stepOf), { maxLength: 80 })
  const edited = list.chain((from) =>
    fc
      .array(fc.tuple(fc.nat(80), fc.nat(20), list), { maxLength: 3 })
      .map((edits): readonly [readonly Step[], readonly Step[]] => [
        from,
        edits.reduce((to: readonly Step[], [at, size, put]) => to.toSpliced(at, size, ...put), from),
      ]),
  )
  fc.assert(
    fc.property(fc.oneof(fc.tuple(list, list), edited), ([from, to]) => {
      expect(diffLists(from, to)).toEqual(bySets(from, to))
    }),
    { numRuns: 2000 },
  )
})
