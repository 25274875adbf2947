import { describe, expect, test } from 'vitest'
import type { Analysed } from '../../src/engine/analysed.ts'
import { safeguards } from '../../src/engine/safeguards.ts'
import type { EngineOptions } from '../../src/engine/types.ts'
import { type Given, type Held, planOf } from '../../src/plan/plan-table.ts'

const made: Held = { origin: 'type=absent', last: 'content=A type=file', step: 'COPY /x blob=A' }
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `/f${i}`)

/** A host that holds so many files, of which the config still wants the last ones. */
const holding = (count: number, wanted: number, more: Given = {}): Given => ({
  held: Object.fromEntries(names(count).map((name) => [`path:${name}`, { ...made, step: `COPY ${name} blob=A` }])),
  observed: Object.fromEntries(names(count).map((name) => [`path:${name}`, 'content=A nlink=1 type=file'])),
  wanted: names(count)
    .slice(count - wanted)
    .map((name) => `COPY ${name} blob=A`),
  ...more,
})

const asked = (given: Given, options: EngineOptions = {}): readonly string[] => {
  const { plan } = planOf(given)
  const entries = new Map(Object.keys(given.held ?? {}).map((key) => [key, {}]))
  const analysed = { host: 'box', plan, hello: { ledger: { entries } }, gone: new Set() } as unknown as Analysed
  return safeguards(analysed, options).map((d) => `${d.code}: ${d.summary}`)
}

const many = (removed: number, held: number): string =>
  `many-removals: the plan takes away ${removed} of the ${held} things that this site holds on the host`

describe('what must be asked for by name', () => {
  test.each<{ says: string; given: Given; options?: EngineOptions; asks: readonly string[] }>([
    { says: 'nothing goes', given: holding(3, 3), asks: [] },
    { says: 'one of few goes', given: holding(3, 2), asks: [] },
    { says: 'all that is held goes', given: holding(1, 0), asks: [many(1, 1)] },
    { says: 'ten of twenty go', given: holding(20, 10), asks: [] },
    { says: 'eleven of twenty go', given: holding(20, 9), asks: [many(11, 20)] },
    { says: 'eleven of a hundred go', given: holding(100, 89), asks: [] },
    { says: 'twenty-one of a hundred go', given: holding(100, 79), asks: [many(21, 100)] },
    { says: 'all goes, as was said', given: holding(3, 0), options: { allowRemovals: true }, asks: [] },
    {
      says: 'all is let go, and nothing taken away',
      given: holding(3, 0, { observed: {} }),
      asks: [],
    },
    {
      says: 'a command that cannot be taken back',
      given: { wanted: ['EXEC c command=make'], observed: { 'exec:c': 'done=no' } },
      asks: ['irreversible: the plan holds 1 step that cannot be taken back: exec:c'],
    },
    {
      says: 'a command that cannot be taken back, as was said',
      given: { wanted: ['EXEC c command=make'], observed: { 'exec:c': 'done=no' } },
      options: { allowIrreversible: true },
      asks: [],
    },
    {
      says: 'a command that is only looked at',
      given: { wanted: ['EXEC c command=make'], observed: { 'exec:c': 'done=no' }, audit: true },
      asks: [],
    },
  ])('$says', ({ given, options, asks }) => {
    expect(asked(given, options)).toEqual(asks)
  })
})
