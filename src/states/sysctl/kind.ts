import type { Aspects, StateKind } from '../kind.ts'
import { namedKind } from '../named.ts'

const named = namedKind({
  name: 'sysctl',
  verb: 'SYSCTL',
  aspects: ['value'],
  exists: false,
  atMost: 'exact',
  requires: 'kernel',
  negative: () => false,
  reverse: (_key, from) =>
    from.value === unknown
      ? { strength: 'best-effort', stays: ['a setting that was not there before'] }
      : { strength: 'exact' },
})

/** What the host says of a setting that it does not have (yet), or that cannot be read. */
const unknown = '?'

const known = (to: Aspects): Aspects => (to.value === unknown ? {} : to)

/** Settings of the running kernel, by their name under /proc/sys. */
export const sysctlKind: StateKind<'exact'> = { ...named, spell: (key, from, to) => named.spell(key, from, known(to)) }
