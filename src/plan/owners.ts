import { actionsOf, argsOf, makeStep } from '../steps/parse.ts'
import type { Step } from '../steps/step.ts'
import type { PlanInput } from './input.ts'

/** Those verbs whose `owner` and `group` are those of a path. */
const isOwned = (input: PlanInput, step: Step): boolean =>
  input.edits.has(step.verb) || input.kinds.byVerb.get(step.verb)?.name === 'path'

/** `CHOWN` says nothing else. */
const ownersOnly = 'CHOWN'

/**
 * The list without what this host cannot hold: where the runtime is not root, owners are neither set nor compared, and
 * so they must not be wanted, needed or owned.
 */
export const holdable = (input: PlanInput): PlanInput => {
  if (input.capabilities.has('owners')) return input
  const list = input.list.flatMap((step): readonly Step[] => {
    if (!isOwned(input, step)) return [step]
    const { owner, group, ...args } = argsOf(step)
    if (owner === undefined && group === undefined) return [step]
    if (step.verb === ownersOnly) return []
    const actions = actionsOf(step)
    const source = step.source === undefined ? {} : { source: step.source }
    return [makeStep({ verb: step.verb, target: step.target, args, actions, ...source })]
  })
  return { ...input, list }
}
