import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { file, history, list, world } from '../../test/plan/generated.ts'
import { analyse, editByHand, kinds, newHost, run, stateOf } from '../../test/plan/model-host.ts'
import type { Aspects } from '../states/kind.ts'
import type { Key, Step } from '../steps/step.ts'

const sorted = (objects: ReadonlyMap<Key, Aspects>): unknown =>
  [...objects].map(([key, state]) => [key, Object.entries(state).sort()]).sort()

const keyOf = (step: Step): Key => kinds.byVerb.get(step.verb)?.keyOf(step) ?? ''

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

  test('what others do in between is met: what is declared holds again, what is not declared stays theirs', () => {
    fc.assert(
      fc.property(world, history, list, (before, events, last) => {
        const host = newHost(before)
        for (const event of events) {
          if ('run' in event) run(host, event.run)
          else editByHand(host, event.edit)
        }
        const mine = new Set([...last.map(keyOf), ...host.ledger.entries.keys()])
        const theirs = [...host.objects].filter(([key]) => !mine.has(key))
        if (!run(host, last)) return
        expect(analyse(host, last).plan.changes).toEqual([])
        for (const step of last)
          expect(stateOf(host, keyOf(step))).toMatchObject(kinds.byVerb.get(step.verb)?.claims(step) ?? {})
        for (const [key, state] of theirs) expect(stateOf(host, key), key).toEqual(state)
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
