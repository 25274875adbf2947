import { encode } from '../steps/encoding.ts'
import type { Key } from '../steps/step.ts'
import type { PlacedStep } from './placed-step.ts'

/** Waits with what they come after, as keys: where one of these changes, it is waited. */
export const withWaited = (steps: readonly PlacedStep[]): readonly PlacedStep[] => {
  if (!steps.some((step) => step.verb === 'WAIT')) return steps
  const keys = new Map<string, Set<Key>>()
  for (const { key, resource } of steps) {
    const ref = `${resource.type}:${resource.id}`
    keys.set(ref, (keys.get(ref) ?? new Set()).add(key))
  }
  return steps.map((step) => {
    if (step.verb !== 'WAIT') return step
    const when = (step.resource.after ?? []).flatMap((ref) => [...(keys.get(ref) ?? [])])
    return { ...step, args: { ...step.args, when: when.map(encode).join(' ') } }
  })
}
