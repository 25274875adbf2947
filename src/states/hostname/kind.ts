import { namedKind } from '../named.ts'

/** The name of the host, now and after a reboot. */
export const hostnameKind = namedKind({
  name: 'hostname',
  verb: 'HOSTNAME',
  aspects: ['name', 'file'],
  exists: false,
  atMost: 'exact',
  requires: 'kernel',
  negative: () => false,
  reverse: () => ({ strength: 'exact' }),
})
