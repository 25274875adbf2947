import { absent, namedKind } from '../named.ts'

/** Packages of the operating system's own manager. */
export const packageKind = namedKind({
  name: 'package',
  verb: 'PACKAGE',
  aspects: ['version', 'hold'],
  exists: true,
  atMost: 'best-effort',
  requires: 'packages',
  disturbs: true,
  negative: absent,
  reverse: () => ({
    strength: 'best-effort',
    stays: [
      'what package scripts did, users they made and data they migrated are not undone; an older version must still be obtainable',
    ],
  }),
  // It was not there before Hexis: its configuration goes too.
  takenBack: (to) => (to.type === 'absent' ? { purge: 'yes' } : {}),
})
