import { encode } from '../steps/encoding.ts'
import type { Key } from '../steps/step.ts'
import type { Before } from './order.ts'
import type { PlacedStep } from './placed-step.ts'

const isAct = ({ verb }: PlacedStep): boolean => verb === 'WAIT' || verb === 'REBOOT'

/** Waits and reboots with what they come after, as keys: where one of these changes, they may be due. */
export const withWaited = (steps: readonly PlacedStep[]): readonly PlacedStep[] => {
  if (!steps.some(isAct)) return steps
  const keys = new Map<string, Set<Key>>()
  for (const { key, resource } of steps) {
    const ref = `${resource.type}:${resource.id}`
    keys.set(ref, (keys.get(ref) ?? new Set()).add(key))
  }
  return steps.map((step) => {
    if (!isAct(step)) return step
    const when = (step.resource.after ?? []).flatMap((ref) => [...(keys.get(ref) ?? [])])
    if (step.verb === 'REBOOT' && when.length === 0) return step
    return { ...step, args: { ...step.args, when: when.map(encode).join(' ') } }
  })
}

/** The numbers of all steps that come after one, however far. */
const followers = (number: number, before: Before): ReadonlySet<number> => {
  const behind = new Map<number, number[]>()
  for (const [later, all] of before.entries())
    for (const earlier of all) behind.set(earlier, [...(behind.get(earlier) ?? []), later])
  const out = new Set<number>()
  const open = [number]
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const later of behind.get(at) ?? []) {
      if (out.has(later)) continue
      out.add(later)
      open.push(later)
    }
  return out
}

/** Reboots with the keys of what comes after them: a plan with the reboot leaves these for the one behind it. */
export const withFollowers = (steps: readonly PlacedStep[], before: Before): readonly PlacedStep[] =>
  steps.map((step, number) => {
    if (step.verb !== 'REBOOT') return step
    const later = new Set(
      [...followers(number, before)].toSorted((a, b) => a - b).flatMap((other) => steps[other]?.key ?? []),
    )
    return later.size === 0 ? step : { ...step, args: { ...step.args, later: [...later].map(encode).join(' ') } }
  })
