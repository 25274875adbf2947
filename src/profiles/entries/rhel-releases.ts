import { lookedUpIn } from '../names/places.ts'
import type { ProfileEntry } from '../profile.ts'

/** RHEL 8: Python is a module of its own, the network is in ifcfg files, and sshd reads one file only. */
const rhel8 = {
  id: 'rhel/8',
  inherits: 'rhel',
  packages: {
    mail: 'mailx',
    mailx: 'mailx',
    python: 'python36',
    python3: 'python36',
    'python-devel': 'python36-devel',
    'python3-devel': 'python36-devel',
    'python-venv': 'python36',
  },
  paths: {
    'network-dir': '/etc/sysconfig/network-scripts',
  },
  managers: {
    network: 'ifcfg',
    // OpenSSH 8.0; Include came with 8.2.
    sshd: 'one-file',
  },
  checked: { packages: lookedUpIn('openela', ['python', 'python3', 'python-venv']) },
} satisfies ProfileEntry

const rhel9 = { id: 'rhel/9', inherits: 'rhel' } satisfies ProfileEntry

/** RHEL 10: Valkey in place of Redis, Kea in place of the DHCP server of ISC. */
const rhel10 = {
  id: 'rhel/10',
  inherits: 'rhel',
  packages: {
    redis: 'valkey',
    'redis-server': 'valkey',
    'redis-tools': 'valkey',
    'redis-client': 'valkey',
    dhcpd: 'kea',
    'dhcp-server': 'kea',
    'isc-dhcp-server': 'kea',
  },
  services: {
    redis: 'valkey',
    dhcpd: 'kea-dhcp4',
    'isc-dhcp-server': 'kea-dhcp4',
  },
  checked: { packages: lookedUpIn('openela', ['redis', 'redis-server', 'redis-tools', 'redis-client']) },
} satisfies ProfileEntry

/** Distributions that are RHEL by another name. */
const rebuilds = ['centos', 'rocky', 'almalinux', 'ol']

export const rhelReleases: readonly ProfileEntry[] = [
  rhel8,
  rhel9,
  rhel10,
  ...rebuilds.flatMap((id) => [
    { id, inherits: 'rhel' },
    ...['8', '9', '10'].map((release) => ({ id: `${id}/${release}`, inherits: `rhel/${release}` })),
  ]),
]
