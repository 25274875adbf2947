import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Ledger, LedgerEntry } from '../ledger/ledger.ts'
import { edits } from '../states/edits/index.ts'
import { builtinKinds } from '../states/index.ts'
import type { Aspects } from '../states/kind.ts'
import { argsOf, makeStep } from '../steps/parse.ts'
import type { Key, Step } from '../steps/step.ts'
import { planHost } from './index.ts'
import type { HostPlan } from './plan.ts'

/** A host in memory: what each object is, and the earlier inodes that were kept. */
interface ModelHost {
  readonly objects: Map<Key, Aspects>
  readonly kept: Map<string, Aspects>
  ledger: Ledger
  transactions: number
}

const absent: Aspects = { type: 'absent' }
const kinds = builtinKinds
const capabilities = new Set(['paths', 'owners', 'accounts', 'packages', 'units', 'exec'] as const)

const newHost = (objects: Iterable<readonly [Key, Aspects]>): ModelHost => ({
  objects: new Map(objects),
  kept: new Map(),
  ledger: { site: 's', generation: 0, entries: new Map() },
  transactions: 0,
})

/** Units always have both aspects; everything else is there or not. */
const stateOf = (host: ModelHost, key: Key): Aspects =>
  host.objects.get(key) ?? (key.startsWith('unit:') ? { active: 'no', enabled: 'no' } : absent)

const observe = (host: ModelHost, list: readonly Step[]): ReadonlyMap<Key, Aspects> => {
  const keys = new Set<Key>(host.ledger.entries.keys())
  for (const step of list) {
    const kind = kinds.byVerb.get(step.verb)
    if (kind === undefined) throw new Error(step.verb)
    keys.add(kind.keyOf(step))
    for (const need of kind.needs(step)) keys.add(need)
  }
  return new Map(
    [...keys].map((key) => {
      const state = stateOf(host, key)
      if (state.type !== 'dir') return [key, state]
      const children = [...host.objects.keys()]
        .filter((k) => k.startsWith(`${key}/`))
        .map((k) => k.slice(key.length + 1))
      return [
        key,
        {
          ...state,
          entries: children
            .filter((name) => !name.includes('/'))
            .sort()
            .join(','),
        },
      ]
    }),
  )
}

const analyse = (host: ModelHost, list: readonly Step[], more: { rollback?: true } = {}) =>
  planHost({
    site: 's',
    kinds,
    edits,
    list,
    meta: new Map(),
    ledger: host.ledger,
    observed: observe(host, list),
    files: new Map(),
    newGeneration: host.ledger.generation + 1,
    listDigestChanged: true,
    foreign: new Map(),
    capabilities,
    ...more,
  })

/** What making a file or directory gives where nothing is said: as the runtime does. */
const defaults = (key: Key, type: string | undefined): Aspects =>
  key.startsWith('path:') && type !== undefined
    ? { ...(type === 'link' ? {} : { mode: type === 'dir' ? '0755' : '0644' }), owner: 'root', group: 'root' }
    : {}

const perform = (host: ModelHost, plan: HostPlan): void => {
  const transaction = `t${++host.transactions}`
  const before = new Map<number, Aspects>()
  for (const op of plan.ops) {
    const kind = kinds.byVerb.get(op.step.verb)
    if (kind === undefined) continue
    const key = op.key
    const now = stateOf(host, key)
    before.set(op.number, now)
    for (const [name, value] of Object.entries(op.before ?? {}))
      expect(now[name], `${key} ${name} as planned`).toBe(value)
    const args = argsOf(op.step)
    const replaces = ['COPY', 'RM', 'LINK', 'DIR'].includes(op.step.verb) && now.type !== 'absent'
    if (replaces) host.kept.set(`${transaction}.${op.number}`, now)
    const claimed = kind.claims(op.step)
    const restored = args.inode === undefined ? undefined : host.kept.get(args.inode)
    const wanted = Object.fromEntries(Object.entries(claimed).filter(([, v]) => v !== ''))
    const type = wanted.type ?? now.type
    if (type === 'absent') host.objects.delete(key)
    else if (restored !== undefined) host.objects.set(key, { ...restored, ...wanted, content: restored.content ?? '' })
    else if (now.type === type) host.objects.set(key, { ...now, ...wanted })
    else host.objects.set(key, { ...defaults(key, type), ...wanted })
  }
  const filled = (entry: LedgerEntry): LedgerEntry => ({
    ...entry,
    origin: Object.fromEntries(
      Object.entries(entry.origin).flatMap(([name, value]): readonly (readonly [string, string])[] => {
        const op = /^\$(\d+)$/.exec(value)?.[1]
        const had = op === undefined ? value.replace(/^\$TX\./, `${transaction}.`) : before.get(Number(op))?.[name]
        return had === undefined ? [] : [[name, had]]
      }),
    ),
  })
  host.ledger = {
    ...plan.ledger,
    entries: new Map([...plan.ledger.entries].map(([key, entry]) => [key, filled(entry)])),
  }
}

const errorsOf = (result: ReturnType<typeof planHost>): readonly string[] =>
  result.diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.key}`)

/** Runs until nothing is left, as the engine does; false where the plan is refused. */
const run = (host: ModelHost, list: readonly Step[], more: { rollback?: true } = {}): boolean => {
  for (let cycle = 0; cycle < 4; cycle++) {
    const result = analyse(host, list, more)
    if (errorsOf(result).length > 0) return false
    if (result.plan.ops.length === 0) {
      host.ledger = result.plan.ledger
      return true
    }
    perform(host, result.plan)
  }
  throw new Error('it does not settle')
}

const mode = fc.constantFrom('0600', '0644', '0755')
const content = fc.constantFrom('a', 'b', 'c').map((letter) => letter.repeat(64))

const optional = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<Record<string, string>> =>
  fc.option(value).map((v): Record<string, string> => (v === null ? {} : { [name]: v }))

const pathStep = (target: string): fc.Arbitrary<Step> =>
  fc.oneof(
    fc
      .tuple(content, optional('mode', mode))
      .map(([blob, more]) => makeStep({ verb: 'COPY', target, args: { blob, ...more } })),
    optional('mode', mode).map((args) => makeStep({ verb: 'DIR', target, args })),
    fc.constantFrom('/x', '/y').map((to) => makeStep({ verb: 'LINK', target, args: { target: to } })),
    fc.constant(makeStep({ verb: 'RM', target })),
  )

/** Lists in which everything stands after what it needs. */
const list: fc.Arbitrary<readonly Step[]> = fc
  .record({
    a: fc.option(pathStep('/a')),
    dir: fc.option(optional('mode', mode).map((args) => makeStep({ verb: 'DIR', target: '/d', args }))),
    below: fc.option(pathStep('/d/x')),
    group: fc.option(
      fc.constantFrom('901', '902').map((gid) => makeStep({ verb: 'GROUP', target: 'g', args: { gid } })),
    ),
    user: fc.option(
      fc.constantFrom('/bin/sh', '/bin/false').map((shell) => makeStep({ verb: 'USER', target: 'u', args: { shell } })),
    ),
    unit: fc.option(
      fc.constantFrom('yes', 'no').map((active) => makeStep({ verb: 'UNIT', target: 's.service', args: { active } })),
    ),
  })
  .map(({ a, dir, below, group, user, unit }) =>
    [group, user, a, dir, dir === null ? null : below, unit].filter((step) => step !== null),
  )

const file = (text: string): Aspects => ({
  type: 'file',
  content: text.repeat(64),
  mode: '0640',
  owner: 'root',
  group: 'root',
})
const folder: Aspects = { type: 'dir', mode: '0700', owner: 'root', group: 'root' }

/** What is there before Hexis. */
const world: fc.Arbitrary<readonly (readonly [Key, Aspects])[]> = fc
  .record({
    a: fc.option(fc.constantFrom<Aspects>(file('o'), { type: 'link', target: '/old', owner: 'admin', group: 'admin' })),
    d: fc.option(fc.constant(folder)),
    x: fc.option(fc.constant(file('p'))),
    g: fc.option(fc.constant<Aspects>({ type: 'present', gid: '950', members: '' })),
    u: fc.option(fc.constant<Aspects>({ type: 'present', uid: '950', shell: '/bin/bash' })),
    s: fc.constantFrom<Aspects>({ active: 'yes', enabled: 'yes' }, { active: 'no', enabled: 'no' }),
  })
  .map(({ a, d, x, g, u, s }) =>
    [
      ['path:/a', a] as const,
      ['path:/d', d] as const,
      ['path:/d/x', d === null ? null : x] as const,
      ['group:g', g] as const,
      ['user:u', u] as const,
      ['unit:s.service', s] as const,
      ['path:/other', file('q')] as const,
    ].flatMap(([key, state]): readonly (readonly [Key, Aspects])[] => (state === null ? [] : [[key, state]])),
  )

const sorted = (objects: ReadonlyMap<Key, Aspects>): unknown =>
  [...objects].map(([key, state]) => [key, Object.entries(state).sort()]).sort()

const runs = { numRuns: Number(process.env.HEXIS_RUNS ?? 400) }

describe('planning on a host in memory', () => {
  test('applied twice changes nothing the second time, and what is declared holds', () => {
    fc.assert(
      fc.property(world, fc.array(list, { minLength: 1, maxLength: 4 }), (before, lists) => {
        const host = newHost(before)
        for (const steps of lists) {
          if (!run(host, steps)) continue
          const again = analyse(host, steps)
          expect(again.plan.ops).toEqual([])
          expect(again.plan.changes).toEqual([])
          for (const step of steps) {
            const kind = kinds.byVerb.get(step.verb)
            const now = stateOf(host, kind?.keyOf(step) ?? '')
            for (const [name, value] of Object.entries(kind?.claims(step) ?? {})) expect(now[name]).toBe(value)
          }
          expect(host.objects.get('path:/other')).toEqual(file('q'))
        }
      }),
      runs,
    )
  })

  test('rolled back to nothing, everything is as before Hexis', () => {
    fc.assert(
      fc.property(world, fc.array(list, { minLength: 1, maxLength: 4 }), (before, lists) => {
        const host = newHost(before)
        for (const steps of lists) run(host, steps, { rollback: true })
        expect(run(host, [], { rollback: true })).toBe(true)
        expect(sorted(host.objects)).toEqual(sorted(new Map(before)))
        expect(host.ledger.entries.size).toBe(0)
      }),
      runs,
    )
  })

  test('rolled back to an earlier list, what it declares holds, and all else is as before Hexis', () => {
    fc.assert(
      fc.property(world, list, list, (before, first, second) => {
        const host = newHost(before)
        if (!run(host, first, { rollback: true })) return
        if (!run(host, second, { rollback: true })) return
        expect(run(host, first, { rollback: true })).toBe(true)
        const was = newHost(before)
        const declared = new Map(first.map((step) => [kinds.byVerb.get(step.verb)?.keyOf(step) ?? '', step]))
        for (const key of new Set([...host.objects.keys(), ...was.objects.keys()])) {
          const step = declared.get(key)
          if (step === undefined) expect(stateOf(host, key), key).toEqual(stateOf(was, key))
          else expect(stateOf(host, key)).toMatchObject(kinds.byVerb.get(step.verb)?.claims(step) ?? {})
        }
      }),
      runs,
    )
  })

  test('the order in which a host answers does not matter', () => {
    fc.assert(
      fc.property(world, list, (before, steps) => {
        const forward = analyse(newHost(before), steps)
        const backward = analyse(newHost([...before].reverse()), steps)
        expect(backward.plan.ops).toEqual(forward.plan.ops)
      }),
      runs,
    )
  })
})
