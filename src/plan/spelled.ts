import type { Aspects, StateKind } from '../states/kind.ts'
import { argsOf, makeStep } from '../steps/parse.ts'
import type { Args, Key, Step } from '../steps/step.ts'
import { toldWhole } from './additions.ts'

/** Arguments of a declaring step that are no state: `validate`, `parents`, `createhome`, the command of an exec. */
const manner = (kind: StateKind, step: Step): Args => {
  const claimed = kind.claims(step)
  return Object.fromEntries(
    Object.entries(argsOf(step)).filter(([name]) => claimed[name] === undefined && name !== 'blob' && name !== 'type'),
  )
}

/**
 * The steps from `from` to `to`, each with the manner of the declaring step of the same verb, and its source.
 */
export const spelled = (
  kind: StateKind,
  key: Key,
  from: Aspects,
  to: Aspects,
  declaring: readonly Step[],
  more: Args = {},
): readonly Step[] =>
  kind.spell(key, from, to).map((step) => {
    const origin = declaring.find((d) => d.verb === step.verb)
    const source = (origin ?? declaring[0])?.source
    const args = {
      ...(origin === undefined ? {} : toldWhole(kind, manner(kind, origin), from)),
      ...argsOf(step),
      ...more,
    }
    return makeStep({ verb: step.verb, target: step.target, args, ...(source === undefined ? {} : { source }) })
  })
