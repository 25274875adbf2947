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
    ['debian 13', 'services', 'redis', 'valkey-server.service', 'debian/13'],
    ['debian 12', 'services', 'sshd', 'ssh.service', 'debian'],
    ['debian 12', 'groups', 'wheel', 'sudo', 'debian'],
    ['debian 12', 'paths', 'nologin-shell', '/usr/sbin/nologin', 'debian'],
    ['debian 12', 'paths', 'sudoers-dir', '/etc/sudoers.d', 'linux'],
    ['debian 12', 'packages', 'nothing-we-know', 'nothing-we-know', undefined],
    ['debian 12', 'packages', 'constructor', 'constructor', undefined],
    ['ubuntu 24.04', 'packages', 'mysql', 'mysql-server', 'ubuntu'],
    ['ubuntu 24.04', 'packages', 'apache', 'apache2', 'debian'],
    ['ubuntu 22.04', 'packages', 'ntp', 'ntp', 'ubuntu/22.04'],
    ['ubuntu 22.04', 'managers', 'package', 'apt', 'debian'],
  ]
  test.each(rows)('%s: %s %s → %s', (os, category, name, value, entry) => {
    const [id = '', version = ''] = os.split(' ')
    expect(profile(id, version).explain(category, name)).toEqual(entry === undefined ? { value } : { value, entry })
    expect(profile(id, version).name(category, name)).toBe(value)
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

  test('is told what is wrong with its entries', () => {
    const mistakes = profileMistakes(profiles, [
      { id: 'x', inherits: 'y' },
      { id: 'z', package: {} },
    ])
    expect(mistakes.map((d) => d.summary)).toEqual([
      'profile x inherits from y, which does not exist',
      "profile z: unknown property 'package'",
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
