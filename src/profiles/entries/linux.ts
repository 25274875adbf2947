import type { ProfileEntry } from '../profile.ts'

/** What nearly every Linux has in common. */
export const linux = {
  id: 'linux',
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
    'nftables-config': '/etc/nftables.conf',
    'nftables-dir': '/etc/nftables.d',
    'networkd-dir': '/etc/systemd/network',
    'hosts-file': '/etc/hosts',
    'zoneinfo-dir': '/usr/share/zoneinfo',
    localtime: '/etc/localtime',
    'modules-load-dir': '/etc/modules-load.d',
    'modprobe-dir': '/etc/modprobe.d',
    'unit-dir': '/etc/systemd/system',
    'ca-dir': '/etc/ssl/certs',
    'hostname-file': '/etc/hostname',
    'locale-file': '/etc/locale.conf',
    'home-dir': '/home',
    'root-home': '/root',
  },
  managers: {},
} satisfies ProfileEntry
