import { nameTables } from '../names/index.ts'
import { lookedUpIn } from '../names/places.ts'
import { familyEntry } from '../names/table.ts'
import type { ProfileEntry } from '../profile.ts'

const tables = familyEntry('debian', 'linux', nameTables)

const seen = [
  'nologin-shell',
  'timezone-file',
  'locale-file',
  'locale-gen-file',
  'sftp-server',
  'ca-anchor-dir',
  'ca-bundle',
  'ca-update',
  'sources-dir',
  'keyring-dir',
  'defaults-dir',
]

/** Debian and everything made from it. */
export const debian = {
  ...tables,
  paths: {
    'nologin-shell': '/usr/sbin/nologin',
    'timezone-file': '/etc/timezone',
    'locale-gen-file': '/etc/locale.gen',
    'sftp-server': '/usr/lib/openssh/sftp-server',
    'apache-config-dir': '/etc/apache2',
    'apache-site-dir': '/etc/apache2/sites-available',
    'nginx-site-dir': '/etc/nginx/conf.d',
    'ca-anchor-dir': '/usr/local/share/ca-certificates',
    'ca-bundle': '/etc/ssl/certs/ca-certificates.crt',
    'ca-update': '/usr/sbin/update-ca-certificates',
    'network-dir': '/etc/network/interfaces.d',
    'sources-dir': '/etc/apt/sources.list.d',
    'keyring-dir': '/etc/apt/keyrings',
    'defaults-dir': '/etc/default',
    'grub-config': '/boot/grub/grub.cfg',
    'locale-file': '/etc/default/locale',
  },
  checked: { ...tables.checked, paths: lookedUpIn('debian12', seen) },
} satisfies ProfileEntry
