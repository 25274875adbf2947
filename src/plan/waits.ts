import { decode } from '../steps/encoding.ts'
import { actionsOf, argsOf } from '../steps/parse.ts'
import type { Key, Step } from '../steps/step.ts'
import type { Draft } from './draft.ts'
import type { PlanInput } from './input.ts'
import { sourceField } from './sources.ts'

/** The keys whose change makes a wait, or a reboot, due. */
export const waitsOn = (step: Step): readonly Key[] =>
  (argsOf(step).when ?? '')
    .split(' ')
    .filter((word) => word !== '')
    .map(decode)

/** What a draft changes: its key, and the units that it has reloaded or restarted. */
export const changedBy = ({ key, execute, actions }: Draft): readonly Key[] => [
  ...(execute.length > 0 ? [key] : []),
  ...actions.flatMap((action) => (action.verb === 'RUN' ? [] : [`unit:${action.target}`])),
]

const draftOf = (step: Step, key: Key, on: readonly Key[], order: number): Draft => {
  const actions = actionsOf(step)
  return {
    change: {
      key,
      action: 'run',
      reason: 'changed',
      conflict: false,
      before: { is: 'known', aspects: {} },
      after: {},
      steps: [step],
      reversibility: 'exact',
      stays: [],
      actions,
      audit: false,
      ...sourceField(step.source),
    },
    key,
    execute: [step],
    expected: undefined,
    early: false,
    actions,
    order: order + 1,
    waitsOn: on,
  }
}

/** The waits of a list that are due, since `drafts` change what they come after; a wait may come after a wait. */
export const dueWaits = (input: PlanInput, drafts: readonly Draft[]): readonly Draft[] => {
  if (input.audit === true || !input.list.some((step) => step.verb === 'WAIT')) return []
  const changed = new Set(drafts.flatMap(changedBy))
  return input.list.flatMap((step, order): readonly Draft[] => {
    const kind = step.verb === 'WAIT' ? input.kinds.byVerb.get(step.verb) : undefined
    if (kind === undefined) return []
    const on = waitsOn(step)
    if (!on.some((key) => changed.has(key))) return []
    const draft = draftOf(step, kind.keyOf(step), on, order)
    for (const key of changedBy(draft)) changed.add(key)
    return [draft]
  })
}
