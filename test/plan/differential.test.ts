import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Aspects } from '../../src/states/kind.ts'
import { parseStep } from '../../src/steps/parse.ts'
import type { Key, Step } from '../../src/steps/step.ts'
import { type Event, file, history, textOf, world } from './generated.ts'
import { analyse, editByHand, kinds, newHost, run } from './model-host.ts'
import { RealHost } from './real-host.ts'

const asRoot = process.getuid?.() === 0
const runs = process.env.HEXIS_RUNS
const bounds = runs === undefined ? { numRuns: 1000, interruptAfterTimeLimit: 20_000 } : { numRuns: Number(runs) }

const sorted = (objects: ReadonlyMap<Key, Aspects>): unknown =>
  [...objects]
    .filter(([key]) => key.startsWith('path:'))
    .map(([key, state]) => [key, Object.entries(state).sort()])
    .sort()

/** A folder has nothing but paths. */
const pathsOnly = (list: readonly Step[]): readonly Step[] =>
  list.filter((step) => kinds.byVerb.get(step.verb)?.name === 'path')

describe.skipIf(!asRoot)('a folder with the real runtime and a host in memory', () => {
  let compared = 0
  test(
    'are the same after every run, every edit by hand, and every way back',
    async () => {
      await fc.assert(
        fc.asyncProperty(world, history, fc.nat(), async (before, events, some) => {
          const model = newHost(before)
          const real = await RealHost.open(before)
          const lists: (readonly Step[])[] = []
          const same = (): void => {
            expect(sorted(real.tree())).toEqual(sorted(model.objects))
            compared++
          }
          const bothRun = async (steps: readonly Step[], rollback: boolean): Promise<void> => {
            const ran = run(model, steps, rollback ? { rollback: true } : {})
            expect(await real.run(steps, rollback)).toBe(ran)
            same()
            if (!ran) return
            lists.push(steps)
            expect(analyse(model, steps).plan.ops).toEqual([])
            expect(await real.pending(steps, rollback)).toBe(0)
          }
          try {
            same()
            for (const event of events) {
              if ('run' in event) await bothRun(pathsOnly(event.run), false)
              else if (editByHand(model, event.edit)) {
                real.editByHand(event.edit)
                same()
              }
            }
            await bothRun(lists[some % Math.max(1, lists.length)] ?? [], true)
            await bothRun([], true)
            // An absence that was undeclared before brought nothing back, on purpose.
            const comesBack = (event: Event): boolean => 'run' in event && event.run.every((step) => step.verb !== 'RM')
            if (events.every(comesBack)) expect(sorted(real.tree())).toEqual(sorted(new Map(before)))
          } finally {
            await real.dispose()
          }
        }),
        bounds,
      )
      expect(compared).toBeGreaterThan(20)
    },
    runs === undefined ? 60_000 : 3_600_000,
  )

  test('a file that becomes many things one after the other comes back as it was', async () => {
    const before = [['path:/a', file('o')]] as const
    const real = await RealHost.open(before)
    const [one, two] = [...textOf.keys()]
    const put = `COPY /a blob=${one} mode=0600`
    const life = [put, 'LINK /a target=/x', put, 'CHMOD /a mode=0755', put, 'DIR /a', put, `COPY /a blob=${two}`]
    try {
      for (const text of [...life, 'RM /a', 'CHMOD /a mode=0755', put]) {
        const { step } = parseStep(text)
        expect(await real.run(step === undefined ? [] : [step], true), text).toBe(true)
      }
      expect(await real.run([], true)).toBe(true)
      expect(sorted(real.tree())).toEqual(sorted(new Map(before)))
    } finally {
      await real.dispose()
    }
  })
})
