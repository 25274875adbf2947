import { nameTables } from '../names/index.ts'
import { familyEntry } from '../names/table.ts'
import type { ProfileEntry } from '../profile.ts'

/** Alpine: OpenRC, BusyBox and musl. Packages with a version in their name are those of the newest release. */
const alpine = {
  ...familyEntry('alpine', 'linux', nameTables),
  paths: {
    'sftp-server': '/usr/lib/ssh/sftp-server',
    'apache-config-dir': '/etc/apache2',
    'apache-site-dir': '/etc/apache2/conf.d',
    'nginx-site-dir': '/etc/nginx/http.d',
    'ca-anchor-dir': '/usr/local/share/ca-certificates',
    'ca-bundle': '/etc/ssl/certs/ca-certificates.crt',
    'ca-update': '/usr/sbin/update-ca-certificates',
    'nftables-config': '/etc/nftables.nft',
    'network-dir': '/etc/network/interfaces.d',
    'sources-dir': '/etc/apk',
    'keyring-dir': '/etc/apk/keys',
    'defaults-dir': '/etc/conf.d',
    'unit-dir': '/etc/init.d',
    'grub-config': '/boot/grub/grub.cfg',
    'locale-file': '/etc/profile.d/20locale.sh',
  },
} satisfies ProfileEntry

const alpine320 = {
  id: 'alpine/3.20',
  inherits: 'alpine',
  packages: {
    'apache-php': 'php83-apache2',
    mod_php: 'php83-apache2',
    php: 'php83',
    'php-cli': 'php83',
    'php-curl': 'php83-curl',
    'php-fpm': 'php83-fpm',
    'php-gd': 'php83-gd',
    'php-intl': 'php83-intl',
    'php-mbstring': 'php83-mbstring',
    'php-mysql': 'php83-mysqli',
    'php-pgsql': 'php83-pgsql',
    postgres: 'postgresql16',
    postgresql: 'postgresql16',
    'postgresql-server': 'postgresql16',
    'postgresql-client': 'postgresql16-client',
    'postgresql-contrib': 'postgresql16-contrib',
  },
  services: {
    'php-fpm': 'php-fpm83',
  },
} satisfies ProfileEntry

const alpine321 = { id: 'alpine/3.21', inherits: 'alpine' } satisfies ProfileEntry
const alpine322 = { id: 'alpine/3.22', inherits: 'alpine' } satisfies ProfileEntry

export const alpineReleases: readonly ProfileEntry[] = [alpine, alpine320, alpine321, alpine322]
