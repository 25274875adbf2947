import type { ProfileEntry } from '../profile.ts'

/** Ubuntu 24.04 LTS, noble: sshd is started through its socket. */
export const ubuntu2404 = {
  id: 'ubuntu/24.04',
  inherits: 'ubuntu',
  services: {
    'php-fpm': 'php8.3-fpm',
  },
  paths: {
    'apparmor-dir': '/etc/apparmor.d',
  },
} satisfies ProfileEntry
