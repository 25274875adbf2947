import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Aspects, StateKind } from '../states/kind.ts'
import { actionsOf } from '../steps/parse.ts'
import type { Action, Key, Step } from '../steps/step.ts'
import type { PlanInput } from './input.ts'
import { sourceField } from './sources.ts'

/** Everything that a list wants of one key. */
export interface Want {
  readonly key: Key
  readonly kind: StateKind
  readonly aspects: Aspects
  readonly steps: readonly Step[]
  readonly actions: readonly Action[]
  readonly order: number
}

export const isEditVerb = (input: PlanInput, step: Step): boolean => input.edits.has(step.verb)

const unknownVerb = (step: Step): Diagnostic => ({
  severity: 'error',
  code: 'unknown-verb',
  summary: `no kind of state knows the verb ${step.verb}`,
  hint: 'The list was made by a newer Hexis, or by another program; hexis steps lint names all such lines.',
  ...sourceField(step.source),
})

const twice = (key: Key, name: string, first: Want, step: Step): Diagnostic => ({
  severity: 'error',
  code: 'declared-twice',
  summary: `${key} is declared twice with different ${name}`,
  hint: 'Keep one of the two.',
  key,
  ...sourceField(step.source),
  related: first.steps.flatMap((s) => {
    const { source } = sourceField(s.source)
    return source === undefined ? [] : [{ source, note: 'the other declaration' }]
  }),
})

/** Merges the steps of a list by key, in order of first mention. Edits are left to `edited-files.ts`. */
export const wantsOf = (
  input: PlanInput,
): { readonly wants: readonly Want[]; readonly diagnostics: readonly Diagnostic[] } => {
  const wants = new Map<Key, Want>()
  const diagnostics: Diagnostic[] = []
  for (const [order, step] of input.list.entries()) {
    const kind = input.kinds.byVerb.get(step.verb)
    if (kind === undefined) {
      diagnostics.push(unknownVerb(step))
      continue
    }
    if (isEditVerb(input, step)) continue
    const key = kind.keyOf(step)
    const aspects = kind.claims(step)
    const before = wants.get(key)
    const clash =
      before === undefined
        ? undefined
        : Object.keys(aspects).find((a) => before.aspects[a] !== undefined && before.aspects[a] !== aspects[a])
    if (before !== undefined && clash !== undefined) diagnostics.push(twice(key, clash, before, step))
    wants.set(key, {
      key,
      kind,
      aspects: { ...before?.aspects, ...aspects },
      steps: [...(before?.steps ?? []), step],
      actions: [...(before?.actions ?? []), ...actionsOf(step)],
      order: before?.order ?? order,
    })
  }
  return { wants: [...wants.values()], diagnostics }
}
