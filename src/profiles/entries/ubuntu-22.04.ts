import type { ProfileEntry } from '../profile.ts'

/** Ubuntu 22.04 LTS, jammy. */
export const ubuntu2204 = {
  id: 'ubuntu/22.04',
  inherits: 'ubuntu',
  packages: {
    ntp: 'ntp',
    'pkg-config': 'pkg-config',
    polkit: 'policykit-1',
    telnet: 'telnet',
  },
  services: {
    ntp: 'ntp',
    ntpd: 'ntp',
    'php-fpm': 'php8.1-fpm',
  },
} satisfies ProfileEntry
