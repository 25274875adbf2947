import type { Key } from '../steps/step.ts'
import type { Draft, DueAction } from './draft.ts'

/** An action that is due, with the drafts (by position) that asked for it. */
export interface Due {
  readonly action: DueAction
  readonly because: readonly number[]
  readonly keys: readonly Key[]
  /** Position of the draft that it must run before, the unit's own or a wait; undefined: at the end. */
  readonly before: number | undefined
}

const isUnitOf = (draft: Draft, unit: string): boolean => draft.key === `unit:${unit}` && draft.execute.length > 0

/** A wait for what an action does comes after it. */
const isWaitFor = (draft: Draft, keys: readonly Key[]): boolean =>
  draft.waitsOn?.some((key) => keys.includes(key)) === true

/** Starting a unit loads its configuration, and one that is stopped has nothing to load it into. */
const discharges = (draft: Draft): boolean => {
  const { before, after } = draft.change
  if (after.active === 'no') return true
  return after.active === 'yes' && !(before.is === 'known' && before.aspects.active === 'yes')
}

/** What a command undoes or reads anew it can only do while its program is there. */
const isPackageGoing = (draft: Draft): boolean =>
  draft.key.startsWith('package:') && draft.execute.length > 0 && draft.change.action === 'remove'

/** Each action once, in first-cause order; RESTART absorbs RELOAD; a start or a stop discharges both. */
export const dueActions = (drafts: readonly Draft[]): readonly Due[] => {
  const due = new Map<string, { action: DueAction; because: number[]; keys: Key[] }>()
  for (const [position, draft] of drafts.entries()) {
    for (const action of draft.actions) {
      const name = action.verb === 'RUN' ? `RUN ${action.target}` : action.target
      const known = due.get(name)
      if (known === undefined) due.set(name, { action, because: [position], keys: [draft.key] })
      else {
        const { verb, target } = action.verb === 'RESTART' ? action : known.action
        const ifThere = known.action.ifThere === true && action.ifThere === true
        known.action = { verb, target, ...(ifThere ? { ifThere } : {}) }
        if (!known.because.includes(position)) {
          known.because.push(position)
          known.keys.push(draft.key)
        }
      }
    }
  }
  return [...due.values()].flatMap(({ action, because, keys }): Due[] => {
    const last = Math.max(...because)
    if (action.verb === 'RUN') {
      const goes = drafts.findIndex((draft, at) => at > last && (isPackageGoing(draft) || isWaitFor(draft, keys)))
      return [{ action, because, keys, before: goes === -1 ? undefined : goes }]
    }
    const of = [`unit:${action.target}`, ...keys]
    const own = drafts.findIndex((d, at) => at > last && (isUnitOf(d, action.target) || isWaitFor(d, of)))
    const discharged = drafts.some(
      (d, at) => isUnitOf(d, action.target) && discharges(d) && (at > last || d.change.after.active === 'no'),
    )
    return discharged ? [] : [{ action, because, keys, before: own === -1 ? undefined : own }]
  })
}
