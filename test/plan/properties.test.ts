import * as fs from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { config, type Declared, GeneratedSite, type Ran, world } from './generated-site.ts'

const runs = process.env.HEXIS_RUNS
const bounds = runs === undefined ? { numRuns: 1000, interruptAfterTimeLimit: 6_000 } : { numRuns: Number(runs) }
const timeoutMs = runs === undefined ? 60_000 : 3_600_000

type Tree = ReadonlyMap<string, string>

const on = async <T>(before: string, work: (site: GeneratedSite) => Promise<T>): Promise<T> => {
  const site = new GeneratedSite(before)
  try {
    return await work(site)
  } finally {
    await site.dispose()
  }
}

/** Paths that are not the same in both trees. */
const differing = (a: Tree, b: Tree): readonly string[] =>
  [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path)).toSorted()

/** Only attributes are declared of something that is not there: the one plan of these configs that is refused. */
const refusals: ReadonlySet<string> = new Set(['missing-object'])

/** False where the plan was refused, and rightly so. */
const isDone = ({ result }: Ran): boolean => {
  if (result?.status === 'changed' || result?.status === 'converged') return true
  const codes = result?.diagnostics.map((d) => `${d.code} ${d.summary}`) ?? []
  expect(codes.filter((code) => !refusals.has(code.split(' ')[0] ?? ''))).toEqual([])
  return false
}

/** `path:/etc/hosts#line:one` → `/etc/hosts`. */
const pathOf = (key: string): string =>
  key.slice('path:'.length).replace(/#(line|block|ini|env|json|yaml|toml):.*$/, '')

const asRoot = process.getuid?.() === 0

describe.skipIf(!asRoot)('any config on a real folder', () => {
  test(
    'A, then B, then back to A is what A was, and back to nothing what was there before; twice changes nothing',
    async () => {
      await fc.assert(
        fc.asyncProperty(world, config, config, (before, a, b) =>
          on(before, async (site) => {
            const original = site.tree()
            const first = await site.up(a)
            if (!isDone(first)) {
              expect(site.tree()).toEqual(original)
              return
            }
            const generation = first.result?.generation ?? 0
            const afterA = site.tree()
            expect((await site.plan(a))?.plan?.changes).toEqual([])
            const second = await site.up(b)
            if (isDone(second)) {
              expect((await site.plan(b))?.plan?.changes).toEqual([])
              expect(isDone(await site.rollback(String(generation)))).toBe(true)
            }
            expect(site.tree()).toEqual(afterA)
            // An absence that was undeclared brings nothing back, and is known no more.
            if ([...a, ...b].some((one) => one.isAbsence)) return
            expect(isDone(await site.rollback('0'))).toBe(true)
            expect(site.tree()).toEqual(original)
          }),
        ),
        bounds,
      )
    },
    timeoutMs,
  )

  test(
    'a config of which some declarations were taken away is as if they had never been',
    async () => {
      await fc.assert(
        fc.asyncProperty(world, config, fc.nat(), async (before, all, chosen) => {
          const stays = (one: Declared, index: number): boolean => one.isAbsence || ((chosen >> index) & 1) === 0
          const some = all.filter(stays)
          const alone = await on(before, async (site) => (isDone(await site.up(some)) ? site.tree() : undefined))
          await on(before, async (site) => {
            if (!isDone(await site.up(all)) || alone === undefined) return
            expect(isDone(await site.up(some))).toBe(true)
            expect(site.tree()).toEqual(alone)
          })
        }),
        bounds,
      )
    },
    timeoutMs,
  )

  test(
    'what is done is what was planned, no more and no less',
    async () => {
      await fc.assert(
        fc.asyncProperty(world, config, config, (before, a, b) =>
          on(before, async (site) => {
            if (!isDone(await site.up(a))) return
            const tree = site.tree()
            const asked = await site.plan(b)
            // What waits for the next cycle is planned anew by then.
            if (asked?.plan?.changes.some((change) => change.before.is === 'unknown')) return
            const ran = await site.up(b)
            expect(JSON.stringify(ran.planned?.plan?.changes ?? [])).toBe(JSON.stringify(asked?.plan?.changes ?? []))
            if (!isDone(ran)) return
            const planned = asked?.plan?.changes.filter((change) => change.steps.length > 0) ?? []
            expect(ran.result?.changes).toBe(planned.length)
            const done = ran.events.flatMap((e) => (e.event === 'op' && e.status === 'done' ? [e.step] : []))
            expect(done).toEqual(asked?.plan?.ops.map((op) => op.step.text))
            expect(differing(tree, site.tree())).toEqual(
              [...new Set(planned.map((change) => pathOf(change.key)))].toSorted(),
            )
          }),
        ),
        bounds,
      )
    },
    timeoutMs,
  )

  test(
    'an edit by hand between plan and execution is met: nothing is done, and nothing of it is lost',
    async () => {
      let met = 0
      await fc.assert(
        fc.asyncProperty(world, config, config, fc.nat(), (before, a, b, which) =>
          on(before, async (site) => {
            if (!isDone(await site.up(a))) return
            const ops = (await site.plan(b))?.plan?.ops ?? []
            const touched = ops
              .filter((op) => ['COPY', 'RM', 'LINK'].includes(op.step.verb))
              .map((op) => op.step.target)
            const path = touched[which % Math.max(1, touched.length)]
            if (path === undefined) return
            const at = join(site.root, path)
            if (!fs.existsSync(join(at, '..')) || fs.lstatSync(at, { throwIfNoEntry: false })?.isDirectory()) return
            let edited: Tree | undefined
            const ran = await site.up(b, () => {
              fs.rmSync(at, { force: true })
              fs.writeFileSync(at, 'by hand, just now')
              edited = site.tree()
            })
            if (edited === undefined) return
            met++
            expect(['refused', 'undone']).toContain(ran.result?.status)
            expect(ran.result?.diagnostics.map((d) => d.summary).join('\n')).toContain(path)
            expect(site.tree()).toEqual(edited)
          }),
        ),
        bounds,
      )
      if (runs !== undefined) expect(met).toBeGreaterThan(Number(runs) / 3)
    },
    timeoutMs,
  )
})
