import type { ProfileEntry } from '../profile.ts'

/** Debian 13, trixie. */
export const debian13 = {
  id: 'debian/13',
  inherits: 'debian',
  packages: {
    'time-sync': 'systemd-timesyncd',
    redis: 'valkey-server',
    'redis-tools': 'valkey-tools',
  },
  services: {
    redis: 'valkey-server.service',
  },
} satisfies ProfileEntry
