import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Aspects } from '../states/kind.ts'
import type { Step } from '../steps/step.ts'
import type { PlanInput } from './input.ts'
import { needsNotMet } from './needs.ts'
import { sourceField } from './sources.ts'
import type { VirtualState } from './virtual.ts'

/** Nothing is there to edit. */
export const missingFile = (path: string, step: Step): Diagnostic => ({
  severity: 'error',
  code: 'missing-file',
  summary: `${path} is not there, so ${step.verb.toLowerCase()} has nothing to edit`,
  hint: 'Set create: true to make it, or declare what brings it before.',
  key: `path:${path}`,
  ...sourceField(step.source),
})

/** Why the file of edits cannot be made where it is not there. */
export const cannotBeMade = (input: PlanInput, step: Step | undefined, state: VirtualState): readonly Diagnostic[] => {
  const kind = step === undefined ? undefined : input.kinds.byVerb.get(step.verb)
  return step === undefined || kind === undefined ? [] : needsNotMet(kind, step, state)
}

/** An edit replaces the file, as a whole content does. */
export const hardLinked = (input: PlanInput, step: Step, now: Aspects): readonly Diagnostic[] => {
  const said = input.kinds.byVerb.get(step.verb)?.objection?.(step, now)
  if (said === undefined) return []
  const hint = `Part it from the others first, or declare the whole file with hardlinks: 'allow'; to see them: find / -xdev -samefile ${step.target}`
  return [
    {
      severity: 'error',
      code: 'would-be-refused',
      summary: said.summary,
      hint,
      key: `path:${step.target}`,
      ...sourceField(step.source),
    },
  ]
}
