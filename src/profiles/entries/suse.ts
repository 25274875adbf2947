import { nameTables } from '../names/index.ts'
import { familyEntry } from '../names/table.ts'
import type { ProfileEntry } from '../profile.ts'

/** SUSE's family as Leap 15 calls things. */
const suse = {
  ...familyEntry('suse', 'linux', nameTables),
  paths: {
    'sftp-server': '/usr/libexec/ssh/sftp-server',
    'sshd-vendor-config': '/usr/etc/ssh/sshd_config',
    'apache-config-dir': '/etc/apache2',
    'apache-site-dir': '/etc/apache2/vhosts.d',
    'nginx-site-dir': '/etc/nginx/vhosts.d',
    'ca-anchor-dir': '/etc/pki/trust/anchors',
    'ca-bundle': '/etc/ssl/ca-bundle.pem',
    'ca-update': '/usr/sbin/update-ca-certificates',
    'network-dir': '/etc/NetworkManager/system-connections',
    'sources-dir': '/etc/zypp/repos.d',
    'keyring-dir': '/etc/pki/rpm-gpg',
    'defaults-dir': '/etc/sysconfig',
    'grub-config': '/boot/grub2/grub.cfg',
  },
} satisfies ProfileEntry

/** From Leap 16 on, and in Tumbleweed, a module for Python has the version of its interpreter in its name. */
const versionedPython = (packages: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(packages).flatMap(([name, value]) =>
      /^python3(-|$)/.test(value) ? [[name, value.replace('python3', 'python313')]] : [],
    ),
  )

const renamed = versionedPython(suse.packages ?? {})

const leap = { id: 'opensuse-leap', inherits: 'suse', packages: renamed } satisfies ProfileEntry

/** Leap 15: the network is Wicked's. */
const leap15 = {
  id: 'opensuse-leap/15',
  inherits: 'suse',
  packages: {
    'pkg-config': 'pkg-config',
    'qemu-img': 'qemu-tools',
    'qemu-utils': 'qemu-tools',
  },
  services: {
    network: 'wicked',
    networking: 'wicked',
  },
  paths: {
    'network-dir': '/etc/sysconfig/network',
  },
  managers: {
    network: 'wicked',
  },
} satisfies ProfileEntry

const leap16 = { id: 'opensuse-leap/16', inherits: 'opensuse-leap' } satisfies ProfileEntry

const tumbleweed = { id: 'opensuse-tumbleweed', inherits: 'opensuse-leap', rolling: true } satisfies ProfileEntry

/** SUSE Linux Enterprise is Leap by another name. */
const enterprise: readonly ProfileEntry[] = [
  { id: 'sles', inherits: 'opensuse-leap' },
  { id: 'sles/15', inherits: 'opensuse-leap/15' },
  { id: 'sles/16', inherits: 'opensuse-leap/16' },
]

export const suseReleases: readonly ProfileEntry[] = [suse, leap, leap15, leap16, tumbleweed, ...enterprise]
