import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { formatSource } from '../diagnostics/diagnostic.ts'
import type { Resource } from '../document/document.ts'
import { edits } from '../states/edits/index.ts'
import type { Action, Key } from '../steps/step.ts'
import { isPathStep, type PlacedStep, parentOf } from './placed-step.ts'

/** Verbs that change attributes of what another step may make. */
const attributeVerbs: ReadonlySet<string> = new Set(['CHMOD', 'CHOWN'])

const wholeVerbs: ReadonlySet<string> = new Set(['COPY', 'LINK', 'RM', 'DIR'])

/**
 * One step for each key and sort of change: equal declarations of an aspect merge, unequal ones are errors that name
 * both places, as are whole contents beside parts, and things inside of what shall not be there.
 */
export const mergeSteps = (
  steps: readonly PlacedStep[],
  host: string,
): { readonly steps: readonly PlacedStep[]; readonly diagnostics: readonly Diagnostic[] } => {
  const places = new Map<Key, number[]>()
  const merged: (PlacedStep | undefined)[] = []
  const diagnostics: Diagnostic[] = []
  for (const step of steps) {
    const same = places.get(step.key) ?? []
    const [at, ...others] = same.filter((number) => areOne(merged[number], step))
    if (at === undefined) {
      places.set(step.key, [...same, merged.length])
      merged.push(step)
      continue
    }
    let whole = step
    for (const number of [at, ...others]) {
      const earlier = merged[number]
      if (earlier === undefined) continue
      const differing = unequal(earlier, step)
      if (differing.length > 0) diagnostics.push(conflict(earlier, step, differing, host))
      whole = union(earlier, whole)
      merged[number] = undefined
    }
    merged[at] = whole
  }
  const kept = merged.filter((step) => step !== undefined)
  return { steps: kept, diagnostics: [...diagnostics, ...besides(kept, host)] }
}

/** CHMOD and CHOWN of one resource stay two steps; everything else with the same key is one. */
const areOne = (a: PlacedStep | undefined, b: PlacedStep): boolean =>
  a !== undefined && (a.verb === b.verb || !(attributeVerbs.has(a.verb) && attributeVerbs.has(b.verb)))

/** Names of the arguments that contradict each other; `verb` where the steps want different sorts of things. */
const unequal = (a: PlacedStep, b: PlacedStep): readonly string[] => {
  if (a.verb === 'EXEC' && a.resource !== b.resource) return ['id']
  const attributes = attributeVerbs.has(a.verb) || attributeVerbs.has(b.verb)
  if (a.verb !== b.verb && (!attributes || a.verb === 'RM' || b.verb === 'RM')) return ['type']
  const names = Object.keys(b.args ?? {})
  const contradicting = names.filter((name) => a.args?.[name] !== undefined && a.args[name] !== b.args?.[name])
  // An absence has no other aspect.
  return contradicting.length === 0 && a.args?.type !== b.args?.type ? ['type'] : contradicting
}

const sameAction = (a: Action, b: Action): boolean => a.verb === b.verb && a.target === b.target

export const withActions = (actions: readonly Action[] = [], more: readonly Action[] = []): readonly Action[] => [
  ...actions,
  ...more.filter((one, index) => ![...actions, ...more.slice(0, index)].some((other) => sameAction(one, other))),
]

const union = (a: PlacedStep, b: PlacedStep): PlacedStep => ({
  ...(attributeVerbs.has(a.verb) ? { ...b, resource: a.resource } : a),
  args: { ...a.args, ...b.args },
  actions: withActions(a.actions, b.actions),
})

const called = (resource: Resource): string => `${resource.type} '${resource.id}'`

const twoPlaces = (
  earlier: PlacedStep,
  later: PlacedStep,
  host: string,
  what: Pick<Diagnostic, 'code' | 'summary'> & { readonly detail?: string; readonly hint: string },
): Diagnostic => ({
  severity: 'error',
  ...what,
  source: later.resource.source,
  related: [
    { source: earlier.resource.source, note: `${called(earlier.resource)} says otherwise here` },
    ...(later.resource.via ?? []).map((source) => ({ source, note: 'called from here' })),
  ],
  host,
  key: later.key,
})

const conflict = (earlier: PlacedStep, later: PlacedStep, differing: readonly string[], host: string): Diagnostic =>
  twoPlaces(earlier, later, host, {
    code: 'conflicting-declarations',
    summary: `${called(later.resource)} and ${called(earlier.resource)} both own ${later.key}, and differ in ${differing.join(', ')}`,
    detail: `The other one stands at ${formatSource(earlier.resource.source)}.`,
    hint: 'Declare it in one place, or make both say the same.',
  })

const valueKey = (step: PlacedStep, at: string): string => `${step.verb} ${step.target} ${at}`

/** Who owns a value that this one lies in: keys of one file as `JSON` and the like hold them. */
const outerOf = (step: PlacedStep, values: ReadonlyMap<string, PlacedStep>): PlacedStep | undefined => {
  const at = step.args?.at ?? ''
  for (let end = at.lastIndexOf('/'); end > 0; end = at.lastIndexOf('/', end - 1)) {
    const outer = values.get(valueKey(step, at.slice(0, end)))
    if (outer !== undefined) return outer
  }
  return undefined
}

/** Whole contents beside parts, and things inside of what shall not be there. */
const besides = (steps: readonly PlacedStep[], host: string): readonly Diagnostic[] => {
  const whole = new Map<string, PlacedStep>()
  for (const step of steps) if (wholeVerbs.has(step.verb)) whole.set(step.target, step)
  const values = new Map<string, PlacedStep>()
  for (const step of steps) if (step.args?.at !== undefined) values.set(valueKey(step, step.args.at), step)
  return steps.flatMap((step) => {
    if (!isPathStep(step)) return []
    const outer = outerOf(step, values)
    if (outer !== undefined) {
      return twoPlaces(outer, step, host, {
        code: 'content-and-parts',
        summary: `${called(step.resource)} is a part of the value that ${called(outer.resource)} owns`,
        hint: 'Put it into that value, or declare only parts.',
      })
    }
    const owner = edits.has(step.verb) ? whole.get(step.target) : undefined
    if (owner !== undefined) {
      return twoPlaces(owner, step, host, {
        code: 'content-and-parts',
        summary: `${called(step.resource)} is a part of ${step.target}, whose whole content ${called(owner.resource)} owns`,
        hint: 'Put it into that content, or declare only parts.',
      })
    }
    if (step.verb === 'RM') return []
    for (let at = parentOf(step.target); at !== undefined; at = parentOf(at)) {
      const gone = whole.get(at)
      if (gone?.verb !== 'RM') continue
      return twoPlaces(gone, step, host, {
        code: 'inside-absent',
        summary: `${called(step.resource)} lies in ${at}, which shall not be there`,
        hint: 'Take one of the two declarations away.',
      })
    }
    return []
  })
}
