import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { history, world } from '../../src/plan/generated.ts'
import { analyse, editByHand, kinds, newHost, run } from '../../src/plan/model-host.ts'
import type { Aspects } from '../../src/states/kind.ts'
import type { Key, Step } from '../../src/steps/step.ts'
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
            if (events.every((event) => 'run' in event)) expect(sorted(real.tree())).toEqual(sorted(new Map(before)))
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
})
