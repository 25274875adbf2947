import type { ProfileEntry } from '../profile.ts'

/** Ubuntu 22.04 LTS, jammy. */
export const ubuntu2204 = {
  id: 'ubuntu/22.04',
  inherits: 'ubuntu',
  packages: {
    ntp: 'ntp',
    'pkg-config': 'pkg-config',
  },
  services: {
    ntp: 'ntp.service',
    ntpd: 'ntp.service',
  },
} satisfies ProfileEntry
