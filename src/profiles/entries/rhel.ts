import { nameTables } from '../names/index.ts'
import { familyEntry } from '../names/table.ts'
import type { ProfileEntry } from '../profile.ts'

/** Red Hat's family as its newest releases call things; what only EPEL has is in here too. */
export const rhel = {
  ...familyEntry('rhel', 'linux', nameTables),
  paths: {
    'sftp-server': '/usr/libexec/openssh/sftp-server',
    'apache-config-dir': '/etc/httpd',
    'apache-site-dir': '/etc/httpd/conf.d',
    'nginx-site-dir': '/etc/nginx/conf.d',
    'ca-anchor-dir': '/etc/pki/ca-trust/source/anchors',
    'ca-bundle': '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    'ca-update': '/usr/bin/update-ca-trust',
    'nftables-config': '/etc/sysconfig/nftables.conf',
    'network-dir': '/etc/NetworkManager/system-connections',
    'sources-dir': '/etc/yum.repos.d',
    'keyring-dir': '/etc/pki/rpm-gpg',
    'defaults-dir': '/etc/sysconfig',
    'grub-config': '/boot/grub2/grub.cfg',
  },
} satisfies ProfileEntry
