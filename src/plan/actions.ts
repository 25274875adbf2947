import type { Action, Key } from '../steps/step.ts'
import type { Draft } from './draft.ts'

/** An action that is due, with the drafts (by position) that asked for it. */
export interface Due {
  readonly action: Action
  readonly because: readonly number[]
  readonly keys: readonly Key[]
  /** Position of the unit's own draft that it must run before; undefined: at the end. */
  readonly before: number | undefined
}

const isUnitOf = (draft: Draft, unit: string): boolean => draft.key === `unit:${unit}` && draft.execute.length > 0

/** Starting a unit loads its configuration: nothing is left to reload. */
const starts = (draft: Draft): boolean =>
  draft.change.after.active === 'yes' &&
  !(draft.change.before.is === 'known' && draft.change.before.aspects.active === 'yes')

/** Each action once, in first-cause order; RESTART absorbs RELOAD; a start discharges both. */
export const dueActions = (drafts: readonly Draft[]): readonly Due[] => {
  const due = new Map<string, { action: Action; because: number[]; keys: Key[] }>()
  for (const [position, draft] of drafts.entries()) {
    for (const action of draft.actions) {
      const name = action.verb === 'RUN' ? `RUN ${action.target}` : action.target
      const known = due.get(name)
      if (known === undefined) due.set(name, { action, because: [position], keys: [draft.key] })
      else {
        if (action.verb === 'RESTART') known.action = action
        if (!known.because.includes(position)) {
          known.because.push(position)
          known.keys.push(draft.key)
        }
      }
    }
  }
  return [...due.values()].flatMap(({ action, because, keys }): Due[] => {
    if (action.verb === 'RUN') return [{ action, because, keys, before: undefined }]
    const last = Math.max(...because)
    const own = drafts.findIndex((d, at) => at > last && isUnitOf(d, action.target))
    const started = drafts.some((d, at) => at > last && isUnitOf(d, action.target) && starts(d))
    return started ? [] : [{ action, because, keys, before: own === -1 ? undefined : own }]
  })
}
