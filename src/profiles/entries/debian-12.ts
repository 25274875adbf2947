import type { ProfileEntry } from '../profile.ts'

/** Debian 12, bookworm. */
export const debian12 = {
  id: 'debian/12',
  inherits: 'debian',
  packages: {
    'time-sync': 'systemd-timesyncd',
  },
} satisfies ProfileEntry
