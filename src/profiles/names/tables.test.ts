import { describe, expect, test } from 'vitest'
import { profileFor, profiles } from '../index.ts'
import { type Category, categories } from '../profile.ts'
import { nameTables } from './index.ts'
import { families, nameTable } from './table.ts'

const rows = nameTables.flatMap((table) => table.rows.map((row) => ({ ...row, category: table.category })))

describe('the tables', () => {
  test('have at least 150 things that families call differently', () => {
    const different = rows.filter(
      ({ category, by }) => category === 'packages' && new Set(families.map((family) => by[family].value)).size > 1,
    )
    expect(different.length).toBeGreaterThanOrEqual(150)
  })

  test('have every name once in its category', () => {
    const names = rows.flatMap(({ category, names }) => names.map((name) => `${category} ${name}`))
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  const systems = [...profiles.keys()].filter((id) => id !== 'linux')
  test.each(systems)('resolve every name on %s', (id) => {
    const [os = '', version = ''] = id.split('/')
    const found = profileFor({ id: os, version }, profiles).profile
    expect(found?.chain).toContain(families.find((family) => found?.chain.includes(family)))
    const unresolved = rows.flatMap(({ category, names }) =>
      names.filter((name) => {
        const { value, entry } = found?.explain(category, name) ?? { value: '' }
        return entry === undefined || !/^\S+$/.test(value)
      }),
    )
    expect(unresolved).toEqual([])
  })

  const managers: readonly [name: string, known: readonly string[]][] = [
    ['package', ['apt', 'dnf', 'pacman', 'zypper', 'apk']],
    ['service', ['systemd', 'openrc', 'sysvinit']],
    ['locale', ['locale-gen', 'langpack', 'package']],
    ['firewall', ['nftables', 'firewalld', 'ufw']],
    ['sshd', ['drop-ins', 'one-file']],
    ['access', ['apparmor', 'selinux', 'none']],
    ['resolver', ['file', 'systemd-resolved', 'networkmanager', 'netconfig']],
    ['network', ['ifupdown', 'netplan', 'networkd', 'networkmanager', 'ifcfg', 'wicked', 'alpine']],
  ]
  test.each(managers)('and entries use every manager of %s, and no other', (name, known) => {
    const used = [...profiles.values()].flatMap((entry) => entry.managers?.[name] ?? [])
    expect([...new Set(used)].toSorted()).toEqual(known.toSorted())
  })

  test('what entries say was looked up is a name of theirs', () => {
    const strangers = [...profiles.values()].flatMap((entry) =>
      typeof entry.checked === 'string' || entry.checked === undefined
        ? []
        : categories.flatMap((category) =>
            Object.keys(Object(entry.checked)[category] ?? {}).filter((name) => entry[category]?.[name] === undefined),
          ),
    )
    expect(strangers).toEqual([])
    expect(profileFor({ id: 'rocky', version: '10' }, profiles).profile?.explain('packages', 'redis')).toEqual({
      value: 'valkey',
      entry: 'rhel/10',
      checked: expect.stringMatching(/^OpenELA sources .*, 2/),
    })
  })

  test('a name of a release is one that is in a table, or one of its own', () => {
    const known = new Set(rows.flatMap(({ category, names }) => names.map((name) => `${category} ${name}`)))
    const own = ['packages chromium', 'packages wget', 'groups admin', 'groups nobody']
    const strangers = [...profiles.values()].flatMap((entry) =>
      (['packages', 'services', 'groups'] as const).flatMap((category: Category) =>
        Object.keys(entry[category] ?? {})
          .map((name) => `${category} ${name}`)
          .filter((name) => !known.has(name) && !own.includes(name)),
      ),
    )
    expect(strangers).toEqual([])
  })
})

describe('a table', () => {
  const head = 'name | debian =bookworm | rhel | arch | alpine | suse\n'

  test('says of each name where it was looked up', () => {
    const { rows } = nameTable('packages', `${head}a, b | c | d =bookworm | e | f ? | g\nh | i ? | j | k | l | m\n`)
    expect(rows[0]?.names).toEqual(['a', 'b'])
    expect(rows[0]?.by.debian).toEqual({ value: 'c', checked: expect.stringContaining('Debian 12 package index, ') })
    expect(rows[0]?.by.rhel.checked).toBe(rows[0]?.by.debian.checked)
    expect([rows[0]?.by.arch, rows[0]?.by.alpine, rows[1]?.by.debian]).toEqual([
      { value: 'e' },
      { value: 'f' },
      { value: 'i' },
    ])
  })

  test.each([
    ['another column', 'name | debian | rhel | arch | alpine | gentoo\n'],
    ['a name that is missing', `${head}a | b | c | d | e\n`],
    ['a name that is empty', `${head}a | b | c | | e | f\n`],
    ['a name too many', `${head}a | b | c | d | e | f | g\n`],
    ['two words', `${head}a | b | c d | d | e | f\n`],
    ['a place that does not exist', `${head}a | b =nowhere | c | d | e | f\n`],
  ])('is refused for %s', (_, text) => {
    expect(() => nameTable('packages', text)).toThrow()
  })
})
