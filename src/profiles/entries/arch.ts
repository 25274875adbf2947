import { nameTables } from '../names/index.ts'
import { familyEntry } from '../names/table.ts'
import type { ProfileEntry } from '../profile.ts'

/** Arch Linux: development files are in the package of the library, and there are no releases. */
export const arch = {
  ...familyEntry('arch', 'linux', nameTables),
  rolling: true,
  paths: {
    'nologin-shell': '/usr/bin/nologin',
    visudo: '/usr/bin/visudo',
    sshd: '/usr/bin/sshd',
    'sftp-server': '/usr/lib/ssh/sftp-server',
    'apache-config-dir': '/etc/httpd',
    'apache-site-dir': '/etc/httpd/conf/extra',
    'nginx-site-dir': '/etc/nginx/conf.d',
    'ca-anchor-dir': '/etc/ca-certificates/trust-source/anchors',
    'ca-bundle': '/etc/ssl/certs/ca-certificates.crt',
    'ca-update': '/usr/bin/update-ca-trust',
    'network-dir': '/etc/systemd/network',
    'sources-dir': '/etc/pacman.d',
    'keyring-dir': '/usr/share/pacman/keyrings',
    'defaults-dir': '/etc/default',
    'locale-gen-file': '/etc/locale.gen',
    'grub-config': '/boot/grub/grub.cfg',
  },
} satisfies ProfileEntry
