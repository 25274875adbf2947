import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { StateKind } from '../states/kind.ts'
import type { Key, Step } from '../steps/step.ts'
import { sourceField } from './sources.ts'
import type { VirtualState } from './virtual.ts'

const hintOf = (step: Step, need: Key): string => {
  if (!need.startsWith('path:')) return `Declare ${need.replace(':', " '")}' before it.`
  const path = need.slice('path:'.length)
  return step.target.startsWith(`${path}/`)
    ? `Declare directory('${path}', …) before it, or set parents: true.`
    : 'Declare before it what brings it, e.g. a package.'
}

const unmet = (key: Key, step: Step, need: Key): Diagnostic => ({
  severity: 'error',
  code: 'missing-need',
  summary: `${key} needs ${need}, which is not there and not declared before it`,
  hint: hintOf(step, need),
  key,
  ...sourceField(step.source),
})

const noDirectory = (key: Key, step: Step, outer: Key, type: string): Diagnostic => ({
  severity: 'error',
  code: 'would-be-refused',
  summary: `${key} cannot be made: ${outer.slice('path:'.length)} is no directory but ${type === 'file' ? 'a file' : `of type ${type}`}`,
  hint: 'Mend one of the two paths, or declare the directory before it: it takes the place of what is there.',
  key,
  ...sourceField(step.source),
})

/** What holds other things: a directory, or a link, which may lead to one. */
const holders: ReadonlySet<string> = new Set(['dir', 'link', 'absent'])

/** Why one step cannot be carried out on what will be there by then. */
export const needsNotMet = (kind: StateKind, step: Step, state: VirtualState): readonly Diagnostic[] => {
  const key = kind.keyOf(step)
  const typeOf = (other: Key): string | undefined => {
    const seen = state.at(other)
    return seen?.is === 'known' ? seen.aspects.type : undefined
  }
  const missing = kind.needs(step).filter((need) => typeOf(need) === 'absent')
  // What goes needs nothing to be in.
  const within = kind.negative(kind.claims(step)) ? [] : (kind.within?.(step) ?? [])
  const wrong = within.flatMap((outer): readonly Diagnostic[] => {
    const type = typeOf(outer)
    return type === undefined || holders.has(type) ? [] : [noDirectory(key, step, outer, type)]
  })
  return wrong.length > 0 ? wrong : missing.map((need) => unmet(key, step, need))
}
