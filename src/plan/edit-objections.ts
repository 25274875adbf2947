import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Aspects, Seen } from '../states/kind.ts'
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

const otherThings: Readonly<Record<string, string>> = {
  dir: 'a directory',
  link: 'a link; edit the file that it leads to',
  file: 'larger than Hexis edits, or no text in UTF-8',
}

/** Something is there, but no text that could be edited: it must not be taken for a file that is missing. */
export const noText = (path: string, seen: Seen | undefined, step: Step | undefined): readonly Diagnostic[] => {
  const type = seen?.is === 'known' ? (seen.aspects.type ?? 'absent') : 'absent'
  if (type === 'absent' || step === undefined) return []
  return [
    {
      severity: 'error',
      code: 'cannot-edit',
      summary: `${path} cannot be edited by ${step.verb.toLowerCase()}: it is ${otherThings[type] ?? 'no file'}`,
      hint: 'Declare it as a whole, or take this declaration away.',
      key: `path:${path}`,
      ...sourceField(step.source),
    },
  ]
}

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
