import type { DocumentAction, Resource } from '../document/document.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Action } from '../steps/step.ts'
import { withActions } from './merge-steps.ts'
import { unitOf } from './unit-name.ts'

const verbs = { reload: 'RELOAD', restart: 'RESTART', run: 'RUN' } as const

const actionOf = ({ action, target }: DocumentAction, profile: Profile): Action => ({
  verb: verbs[action],
  target: action === 'run' ? target : unitOf(target, profile),
})

/** A container is restarted where it runs; its engine has no unit for it. What stays running belongs to no transaction. */
const restartOf = ({ type, id, props }: Resource, profile: Profile): Action | undefined => {
  if (type === 'service') return { verb: 'RESTART', target: unitOf(id, profile) }
  if (type !== 'container') return undefined
  const engine = typeof props.engine === 'string' ? props.engine : profile.name('managers', 'container')
  return {
    verb: 'RUN',
    target: `[ -z "$(${engine} ps -q -f 'name=^${id}$')" ] || env -u HX_MARK ${engine} restart ${id}`,
  }
}

/**
 * What the change of each resource triggers, by `type:id`: its own `onChange`, and a restart for every service and
 * container that names it in `restartOn`. The two compile to this one thing.
 */
export const triggersOf = (
  resources: readonly Resource[],
  profile: Profile,
): ReadonlyMap<string, readonly Action[]> => {
  const triggers = new Map<string, readonly Action[]>()
  const add = (ref: string, actions: readonly Action[]): void => {
    if (actions.length > 0) triggers.set(ref, withActions(triggers.get(ref), actions))
  }
  for (const resource of resources) {
    add(
      `${resource.type}:${resource.id}`,
      (resource.onChange ?? []).map((one) => actionOf(one, profile)),
    )
  }
  for (const resource of resources) {
    const action = restartOf(resource, profile)
    for (const ref of resource.restartOn ?? []) if (action !== undefined) add(ref, [action])
  }
  return triggers
}
