import { absent, namedKind } from '../named.ts'

/** Groups of users. */
export const groupKind = namedKind({
  name: 'group',
  verb: 'GROUP',
  aspects: ['gid', 'members'],
  exists: true,
  atMost: 'exact',
  requires: 'accounts',
  negative: absent,
  reverse: () => ({ strength: 'exact' }),
})
