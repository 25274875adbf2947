import { namedKind } from '../named.ts'

/** Units of the service manager: enabled, active and masked are separate. */
export const unitKind = namedKind({
  name: 'unit',
  verb: 'UNIT',
  aspects: ['enabled', 'active', 'masked', 'links'],
  exists: false,
  absentIs: { active: 'no', enabled: 'no', links: '', masked: 'no' },
  atMost: 'exact',
  requires: 'units',
  negative: (wanted) =>
    Object.entries(wanted).every(([name, value]) => (name === 'masked' ? value === 'yes' : value === 'no')),
  reverse: (_key, from, to) =>
    to.active !== undefined && to.active !== from.active
      ? { strength: 'best-effort', stays: ['what a service did while it ran or was stopped'] }
      : { strength: 'exact' },
})
