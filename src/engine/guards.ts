import type { Observation } from '../host/session.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Aspects } from '../states/kind.ts'
import { argsOf } from '../steps/parse.ts'
import type { Key, Step } from '../steps/step.ts'
import { isAct } from './observe.ts'

/**
 * Whether an `exec` is done already: its `creates` is there, its `unless` succeeds or its `onlyIf` fails; without any
 * guard, whether this very step was carried out before (so that the second run changes nothing).
 */
const isDone = (step: Step, key: Key, observation: Observation, ledger: Ledger): boolean => {
  const { creates, unless, onlyif } = argsOf(step)
  if (creates !== undefined && observation.states.get(`path:${creates}`)?.type !== 'absent') return true
  if (unless !== undefined && observation.probes.get(`unless:${step.target}`)?.status === 0) return true
  if (onlyif !== undefined && observation.probes.get(`onlyIf:${step.target}`)?.status !== 0) return true
  if (creates !== undefined || unless !== undefined || onlyif !== undefined) return false
  return ledger.entries.get(key)?.step === step.text
}

/** States of the acts among the steps, to stand beside what was observed. */
export const actStates = (
  steps: readonly Step[],
  observation: Observation,
  ledger: Ledger,
): ReadonlyMap<Key, Aspects> => {
  const out = new Map<Key, Aspects>()
  for (const step of steps) {
    // A wait is due by what else the plan changes, never by itself.
    if (step.verb === 'WAIT') out.set(`wait:${step.target}`, { done: 'yes' })
    if (step.verb !== 'EXEC') continue
    const key = `exec:${step.target}`
    out.set(key, { done: isDone(step, key, observation, ledger) ? 'yes' : 'no' })
  }
  for (const [key, entry] of ledger.entries) if (isAct(key) && !out.has(key)) out.set(key, entry.last)
  return out
}
