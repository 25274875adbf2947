import type { ProfileEntry } from '../profile.ts'

/** What nearly every Linux has in common. */
export const linux = {
  id: 'linux',
  services: {
    dbus: 'dbus.service',
  },
  groups: {
    admin: 'wheel',
    nobody: 'nobody',
  },
  paths: {
    'nologin-shell': '/sbin/nologin',
    'default-shell': '/bin/sh',
    'sudoers-dir': '/etc/sudoers.d',
    visudo: '/usr/sbin/visudo',
    sshd: '/usr/sbin/sshd',
    'sshd-config-dir': '/etc/ssh/sshd_config.d',
    'cron-dir': '/etc/cron.d',
    'sysctl-dir': '/etc/sysctl.d',
    'unit-dir': '/etc/systemd/system',
    'ca-dir': '/etc/ssl/certs',
    'hostname-file': '/etc/hostname',
    'home-dir': '/home',
    'root-home': '/root',
  },
  managers: {},
} satisfies ProfileEntry
