import { argsOf, makeStep, pick } from '../steps/parse.ts'
import type { Args, Key, Step } from '../steps/step.ts'
import { type Aspects, defineKind, type ReverseAtMost, type StateKind, type Strength } from './kind.ts'

/** What tells one simple kind from another: a kind with one verb whose arguments are the wanted aspects. */
export interface NamedKind<M extends Strength> {
  readonly name: string
  readonly verb: string
  readonly aspects: readonly string[]
  /** The object exists or not (`type`); kinds such as units only have aspects. */
  readonly exists: boolean
  readonly atMost: M
  readonly requires: StateKind['requires']
  readonly disturbs?: boolean
  negative(wanted: Aspects): boolean
  needs?(args: Args): readonly Key[]
  reverse(key: Key, from: Aspects, to: Aspects, args: Args): ReverseAtMost<M>
  readonly takenBack?: (to: Aspects) => Args
  readonly addsTo?: StateKind['addsTo']
  readonly absentIs?: Aspects
}

const differing = (from: Aspects, to: Aspects): Record<string, string> =>
  Object.fromEntries(Object.entries(to).filter(([name, value]) => name !== 'type' && from[name] !== value))

/** A kind whose steps are `VERB name aspect=value …`; `claims` and `spell` follow from the list of aspects. */
export const namedKind = <const M extends Strength>(kind: NamedKind<M>): StateKind<M> => {
  const idOf = (key: Key): string => key.slice(kind.name.length + 1)
  const claims = (step: Step): Aspects => {
    const args = argsOf(step)
    const own = pick(args, kind.aspects)
    if (!kind.exists) return own
    return args.type === 'absent' ? { type: 'absent' } : { ...own, type: 'present' }
  }
  const spell = (key: Key, from: Aspects, to: Aspects): readonly Step[] => {
    const target = idOf(key)
    if (kind.exists && to.type === 'absent')
      return from.type === 'absent' ? [] : [makeStep({ verb: kind.verb, target, args: { type: 'absent' } })]
    if (kind.exists && from.type === 'absent' && to.type !== 'present') return []
    const args = differing(from, to)
    const made = kind.exists && from.type === 'absent'
    return made || Object.keys(args).length > 0 ? [makeStep({ verb: kind.verb, target, args })] : []
  }
  return defineKind({
    name: kind.name,
    verbs: [kind.verb],
    atMost: kind.atMost,
    requires: kind.requires,
    disturbs: kind.disturbs ?? false,
    keyOf: (step) => `${kind.name}:${step.target}`,
    claims,
    negative: kind.negative,
    needs: (step) => kind.needs?.(argsOf(step)) ?? [],
    spell,
    reverse: (key, from, to, step) => kind.reverse(key, from, to, step === undefined ? {} : argsOf(step)),
    ...(kind.addsTo === undefined ? {} : { addsTo: kind.addsTo }),
    ...(kind.absentIs === undefined ? {} : { absentIs: kind.absentIs }),
    ...(kind.takenBack === undefined ? {} : { takenBack: kind.takenBack }),
  })
}

export const absent = (wanted: Aspects): boolean => wanted.type === 'absent'
