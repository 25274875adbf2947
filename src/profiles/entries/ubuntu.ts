import type { ProfileEntry } from '../profile.ts'

/** Ubuntu, as far as it differs from Debian. */
export const ubuntu = {
  id: 'ubuntu',
  inherits: 'debian',
  packages: {
    chromium: 'chromium-browser',
    'docker-compose': 'docker-compose-v2',
    mysql: 'mysql-server',
    'mysql-client': 'mysql-client',
    'time-sync': 'systemd-timesyncd',
  },
  services: {
    mysql: 'mysql.service',
    mysqld: 'mysql.service',
  },
  managers: {
    network: 'netplan',
  },
} satisfies ProfileEntry
