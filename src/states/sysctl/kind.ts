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
  reverse: (key, from, to) => {
    if (from.value === unknown || to.value === unknown)
      return { strength: 'best-effort', stays: ['the value of a setting that was not there before'] }
    return setsOthers.test(key)
      ? {
          strength: 'best-effort',
          stays: ['what the kernel sets along with it for single interfaces, and for redirects'],
        }
      : { strength: 'exact' }
  },
})

/** Written to, the kernel gives these to every interface, and decides anew whether it accepts redirects. */
const setsOthers = /^sysctl:net\.(ipv4\.ip_forward|ipv[46]\.conf\.all\.forwarding|ipv6\.conf\.all\.disable_\w+)$/

/** What the host says of a setting that it does not have (yet), or that cannot be read. */
const unknown = '?'

const known = (to: Aspects): Aspects => (to.value === unknown ? {} : to)

/** Settings of the running kernel, by their name under /proc/sys. */
export const sysctlKind: StateKind<'exact'> = { ...named, spell: (key, from, to) => named.spell(key, from, known(to)) }
