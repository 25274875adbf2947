import { argsOf, makeStep } from '../steps/parse.ts'
import type { Key, Step } from '../steps/step.ts'
import type { PlanInput } from './input.ts'

/** What `parents=yes` makes is held like all else: shown before, and gone with what needed it. */
export const withParents = (input: PlanInput): PlanInput => {
  const known = new Set<Key>()
  for (const step of input.list) known.add(input.kinds.byVerb.get(step.verb)?.keyOf(step) ?? '')
  const isImplied = (key: Key): boolean =>
    !known.has(key) &&
    (input.observed.get(key)?.type === 'absent' || input.ledger.entries.get(key)?.origin.type === 'absent')
  const list = input.list.flatMap((step): readonly Step[] => {
    const kind = input.kinds.byVerb.get(step.verb)
    if (kind?.within === undefined || argsOf(step).parents !== 'yes') return [step]
    const implied = kind.within(step).filter(isImplied)
    for (const key of implied) known.add(key)
    const source = step.source === undefined ? {} : { source: step.source }
    return [...implied.map((key) => makeStep({ verb: 'DIR', target: key.slice('path:'.length), ...source })), step]
  })
  return list.length === input.list.length ? input : { ...input, list }
}
