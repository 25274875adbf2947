import { describe, expect, test } from 'vitest'
import type { Category, OperatingSystem, Profile } from './index.ts'
import { mergeProfiles, profileFor, profileMistakes, profiles } from './index.ts'

const profile = (id: string, version: string): Profile => {
  const found = profileFor({ id, version }, profiles).profile
  if (found === undefined) throw new Error(`no profile for ${id}/${version}`)
  return found
}

describe('lookup', () => {
  const rows: readonly [os: string, category: Category, name: string, value: string, entry: string | undefined][] = [
    ['debian 12', 'packages', 'apache', 'apache2', 'debian'],
    ['debian 12', 'packages', 'python', 'python3', 'debian'],
    ['debian 12', 'packages', 'redis', 'redis-server', 'debian'],
    ['debian 13', 'packages', 'redis', 'valkey-server', 'debian/13'],
    ['debian 13', 'services', 'redis', 'valkey-server', 'debian/13'],
    ['debian 12', 'services', 'sshd', 'ssh', 'debian'],
    ['debian 12', 'groups', 'wheel', 'sudo', 'debian'],
    ['debian 12', 'paths', 'nologin-shell', '/usr/sbin/nologin', 'debian'],
    ['debian 12', 'paths', 'sudoers-dir', '/etc/sudoers.d', 'linux'],
    ['debian 12', 'packages', 'nothing-we-know', 'nothing-we-know', undefined],
    ['debian 12', 'packages', 'constructor', 'constructor', undefined],
    ['ubuntu 24.04', 'packages', 'mysql', 'mysql-server', 'ubuntu'],
    ['ubuntu 24.04', 'packages', 'apache', 'apache2', 'debian'],
    ['ubuntu 22.04', 'packages', 'ntp', 'ntp', 'ubuntu/22.04'],
    ['ubuntu 22.04', 'managers', 'package', 'apt', 'debian'],
    ['ubuntu 24.04', 'paths', 'network-dir', '/etc/netplan', 'ubuntu'],
    ['fedora 43', 'packages', 'apache', 'httpd', 'rhel'],
    ['fedora 43', 'packages', 'docker', 'moby-engine', 'fedora'],
    ['fedora 43', 'managers', 'package', 'dnf', 'rhel'],
    ['rhel 8.10', 'managers', 'network', 'ifcfg', 'rhel/8'],
    ['rocky 8.10', 'managers', 'sshd', 'one-file', 'rhel/8'],
    ['rocky 9.4', 'managers', 'sshd', 'drop-ins', 'linux'],
    ['devuan 5', 'managers', 'service', 'sysvinit', 'devuan/5'],
    ['devuan 5', 'services', 'time-sync', 'chrony', 'devuan/5'],
    ['devuan 6', 'services', 'redis', 'valkey-server', 'debian/13'],
    ['devuan 4', 'managers', 'service', 'sysvinit', 'devuan'],
    ['rhel 9.4', 'managers', 'network', 'networkmanager', 'rhel'],
    ['rocky 10.0', 'packages', 'redis', 'valkey', 'rhel/10'],
    ['rocky 9.4', 'packages', 'redis', 'redis', 'rhel'],
    ['almalinux 8.9', 'packages', 'python', 'python36', 'rhel/8'],
    ['arch ', 'packages', 'openssl-devel', 'openssl', 'arch'],
    ['arch ', 'paths', 'visudo', '/usr/bin/visudo', 'arch'],
    ['arch ', 'services', 'cron', 'cronie', 'arch'],
    ['alpine 3.20.3', 'packages', 'postgres', 'postgresql16', 'alpine/3.20'],
    ['alpine 3.22.1', 'packages', 'postgres', 'postgresql17', 'alpine'],
    ['alpine 3.22.1', 'managers', 'service', 'openrc', 'alpine'],
    ['alpine 3.22.1', 'services', 'sshd', 'sshd', 'alpine'],
    ['opensuse-leap 15.6', 'packages', 'python-requests', 'python3-requests', 'suse'],
    ['opensuse-leap 15.6', 'managers', 'network', 'wicked', 'opensuse-leap/15'],
    ['opensuse-leap 16.0', 'packages', 'python-requests', 'python313-requests', 'opensuse-leap'],
    ['opensuse-tumbleweed 20261119', 'packages', 'python', 'python313', 'opensuse-leap'],
    ['opensuse-tumbleweed 20261119', 'groups', 'web', 'www', 'suse'],
    ['sles 15.6', 'managers', 'package', 'zypper', 'suse'],
  ]
  test.each(rows)('%s: %s %s → %s', (os, category, name, value, entry) => {
    const [id = '', version = ''] = os.split(' ')
    const { checked, ...row } = profile(id, version).explain(category, name)
    expect(row).toEqual(entry === undefined ? { value } : { value, entry })
    expect(profile(id, version).name(category, name)).toBe(value)
  })

  const chains: readonly [os: string, chain: string][] = [
    ['rocky 9', 'rocky/9 rhel/9 rhel linux'],
    ['rocky 9.4', 'rocky/9 rhel/9 rhel linux'],
    ['centos 10', 'centos/10 rhel/10 rhel linux'],
    ['rhel 8.10', 'rhel/8 rhel linux'],
    ['fedora 42', 'fedora/42 fedora rhel linux'],
    ['debian 12', 'debian/12 debian linux'],
    ['ubuntu 24.04', 'ubuntu/24.04 ubuntu debian linux'],
    ['arch ', 'arch linux'],
    ['arch 20261101.0.1', 'arch linux'],
    ['alpine 3.21.4', 'alpine/3.21 alpine linux'],
    ['alpine 3.22_alpha20250108', 'alpine/3.22 alpine linux'],
    ['opensuse-leap 15.6', 'opensuse-leap/15 suse linux'],
    ['opensuse-tumbleweed 20261119', 'opensuse-tumbleweed opensuse-leap suse linux'],
    ['sles 16.0', 'sles/16 opensuse-leap/16 opensuse-leap suse linux'],
  ]
  test.each(chains)('%s is meant exactly: %s', (os, chain) => {
    const [id = '', version = ''] = os.split(' ')
    const { profile, diagnostics } = profileFor({ id, version }, profiles)
    expect(profile?.chain.join(' ')).toBe(chain)
    expect(diagnostics).toEqual([])
  })

  const near: readonly [os: OperatingSystem, used: string][] = [
    [{ id: 'rocky', version: '11.1', idLike: ['rhel', 'centos', 'fedora'] }, 'rocky'],
    [{ id: 'miraclelinux', version: '9.2', idLike: ['rhel', 'fedora'] }, 'rhel/9'],
    [{ id: 'amzn', version: '2023', idLike: ['fedora'] }, 'fedora'],
    [{ id: 'pop', version: '22.04', idLike: ['ubuntu', 'debian'] }, 'ubuntu/22.04'],
    [{ id: 'archarm', idLike: ['arch'] }, 'arch'],
    [{ id: 'alpine', version: '3.99.0' }, 'alpine'],
    [{ id: 'fedora', version: '99' }, 'fedora'],
    [{ id: 'opensuse-microos', version: '20261119', idLike: ['suse', 'opensuse', 'opensuse-tumbleweed'] }, 'suse'],
  ]
  test.each(near)('%o is near %s, and that is said', (os, used) => {
    const { profile, diagnostics } = profileFor(os, profiles)
    expect(profile?.id).toBe(used)
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'near-os' }])
  })

  test('an unknown release uses its distribution and says so', () => {
    const { profile, diagnostics } = profileFor({ id: 'debian', version: '99' }, profiles)
    expect(profile?.chain).toEqual(['debian', 'linux'])
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'near-os' }])
  })

  test('an unknown distribution uses the one that it is like', () => {
    const os: OperatingSystem = { id: 'linuxmint', version: '22', idLike: ['ubuntu', 'debian'] }
    expect(profileFor(os, profiles).profile?.id).toBe('ubuntu')
  })

  test('an unknown operating system is an error', () => {
    const { profile, diagnostics } = profileFor({ id: 'debain', version: '12' }, profiles)
    expect(profile).toBeUndefined()
    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'unknown-os', hint: "Did you mean 'debian'?" }])
  })
})

describe('a config repository', () => {
  test('adds rows, overrides rows and adds systems', () => {
    const merged = mergeProfiles(profiles, [
      { id: 'debian', packages: { apache: 'our-apache', shop: 'shop-server' } },
      { id: 'shopos/1', inherits: 'debian/12' },
    ])
    const shop = profileFor({ id: 'shopos', version: '1' }, merged).profile
    expect(shop?.name('packages', 'apache')).toBe('our-apache')
    expect(shop?.explain('packages', 'shop')).toEqual({ value: 'shop-server', entry: 'debian' })
    expect(shop?.name('packages', 'python')).toBe('python3')
    expect(profile('debian', '12').name('packages', 'apache')).toBe('apache2')
  })

  test('says where it looked its names up, and takes no credit for what it overrides', () => {
    const merged = mergeProfiles(profiles, [
      { id: 'debian', packages: { apache: 'our-apache' } },
      { id: 'shop', inherits: 'debian', packages: { a: 'b' }, checked: 'our mirror' },
      { id: 'shop', packages: { c: 'd' }, services: { e: 'f' }, checked: { services: { e: 'by hand' } } },
    ])
    const shop = profileFor({ id: 'shop' }, merged).profile
    expect(shop?.explain('packages', 'apache')).toEqual({ value: 'our-apache', entry: 'debian' })
    expect(shop?.explain('packages', 'xz').checked).toMatch(/^Debian 12 package index, 2\d{3}-/)
    expect(shop?.explain('packages', 'a')).toEqual({ value: 'b', entry: 'shop', checked: 'our mirror' })
    expect(shop?.explain('packages', 'c')).toEqual({ value: 'd', entry: 'shop' })
    expect(shop?.explain('services', 'e')).toEqual({ value: 'f', entry: 'shop', checked: 'by hand' })
  })

  test('is told what is wrong with its entries', () => {
    const mistakes = profileMistakes(profiles, [
      { id: 'x', inherits: 'y' },
      { id: 'z', package: {} },
      { id: 'v', checked: { parcels: {} } },
      { id: 'w', inherits: 'debian', rolling: true, checked: { packages: { a: 'our mirror' } } },
    ])
    expect(mistakes.map((d) => d.summary)).toEqual([
      'profile x inherits from y, which does not exist',
      "profile z: unknown property 'package'",
      expect.stringMatching(/^profile v: .*checked/),
    ])
    expect(mistakes[1]?.hint).toBe("Did you mean 'packages'?")
  })

  test('entries that inherit in a circle end', () => {
    const merged = mergeProfiles(profiles, [
      { id: 'a', inherits: 'b' },
      { id: 'b', inherits: 'a' },
    ])
    expect(profileFor({ id: 'a' }, merged).profile?.chain).toEqual(['a', 'b'])
  })
})
