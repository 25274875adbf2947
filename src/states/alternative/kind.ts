import { makeStep } from '../../steps/parse.ts'
import type { StateKind } from '../kind.ts'
import { namedKind } from '../named.ts'

const named = namedKind({
  name: 'alternative',
  verb: 'ALTERNATIVE',
  aspects: ['path'],
  exists: true,
  atMost: 'exact',
  requires: 'exec',
  negative: () => false,
  reverse: () => ({ strength: 'exact' }),
})

/** Names of which several programs may be the one: `path` is the program that was chosen, or `auto`. */
export const alternativeKind: StateKind<'exact'> = {
  ...named,
  objection: (step, now) =>
    now.type === 'absent'
      ? {
          summary: `this host has no alternatives for ${step.target}`,
          hint: 'update-alternatives --get-selections lists them; name the package that brings it in after.',
        }
      : undefined,
  spell: (key, from, to) => {
    // Names come and go with packages: none is made here, and one that is gone has nothing to be automatic about.
    const gone = to.type === 'absent' || (from.type === 'absent' && to.path === 'auto')
    if (gone || to.path === undefined || to.path === from.path) return []
    return [makeStep({ verb: 'ALTERNATIVE', target: key.slice('alternative:'.length), args: { path: to.path } })]
  },
}
