import type { ProfileEntry } from '../profile.ts'

/** Fedora, as far as it differs from the releases of RHEL. */
const fedora = {
  id: 'fedora',
  inherits: 'rhel',
  packages: {
    docker: 'moby-engine',
    'docker-compose': 'docker-compose',
    envsubst: 'gettext-envsubst',
    npm: 'nodejs-npm',
    redis: 'valkey',
    'redis-server': 'valkey',
    'redis-tools': 'valkey',
    'redis-client': 'valkey',
    wget: 'wget2-wget',
  },
  services: {
    docker: 'docker',
    redis: 'valkey',
  },
  managers: {
    resolver: 'systemd-resolved',
  },
} satisfies ProfileEntry

const fedora42 = { id: 'fedora/42', inherits: 'fedora' } satisfies ProfileEntry
const fedora43 = { id: 'fedora/43', inherits: 'fedora' } satisfies ProfileEntry

export const fedoraReleases: readonly ProfileEntry[] = [fedora, fedora42, fedora43]
