import type { ProfileEntry } from '../profile.ts'

/** Debian 13, trixie. */
export const debian13 = {
  id: 'debian/13',
  inherits: 'debian',
  packages: {
    redis: 'valkey-server',
    'redis-server': 'valkey-server',
    'redis-tools': 'valkey-tools',
    'redis-client': 'valkey-tools',
  },
  services: {
    redis: 'valkey-server',
    'php-fpm': 'php8.4-fpm',
  },
} satisfies ProfileEntry
