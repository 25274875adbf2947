import type { ProfileEntry } from '../profile.ts'

/** Ubuntu, as far as it differs from Debian. */
export const ubuntu = {
  id: 'ubuntu',
  inherits: 'debian',
  packages: {
    chromium: 'chromium-browser',
    'docker-compose': 'docker-compose-v2',
    firefox: 'firefox',
    kernel: 'linux-image-generic',
    'kernel-devel': 'linux-headers-generic',
    'kernel-headers': 'linux-headers-generic',
    'linux-firmware': 'linux-firmware',
    mysql: 'mysql-server',
    'mysql-client': 'mysql-client',
    'mysql-server': 'mysql-server',
    perf: 'linux-tools-generic',
    'time-sync': 'systemd-timesyncd',
  },
  services: {
    mysql: 'mysql',
    mysqld: 'mysql',
    network: 'systemd-networkd',
    networking: 'systemd-networkd',
  },
  paths: {
    'network-dir': '/etc/netplan',
  },
  managers: {
    firewall: 'ufw',
    network: 'netplan',
    resolver: 'systemd-resolved',
  },
} satisfies ProfileEntry
