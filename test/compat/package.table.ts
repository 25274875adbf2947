import type { Package } from '../states/repository.ts'
import { config, type Row, sh, type Table } from './row.ts'

const plain = ['new', 'there', 'gone', 'auto', 'manual', 'hand', 'hold', 'held', 'one', 'two', 'dep', 'shared', 'keep']

/** What the rows install, from a repository inside of the root. */
export const packagesOfRows: readonly Package[] = [
  ...plain.map((name) => ({ name: `c-${name}` })),
  ...['old', 'exact', 'later'].flatMap((name) => ['1.0', '2.0'].map((version) => ({ name: `c-${name}`, version }))),
  { name: 'c-needs', fields: { Depends: 'c-dep' } },
  { name: 'c-shares', fields: { Depends: 'c-shared' } },
  { name: 'c-conf', files: { '/etc/c-conf.conf': 'as it came\n' } },
  { name: 'c-leaves', files: { '/etc/c-leaves.conf': 'as it came\n' } },
  { name: 'c-user', postinst: 'id c-daemon >/dev/null 2>&1 || useradd -r -M c-daemon' },
]

/** State, version and mark of every package that a row names, and of what they depend on. */
const packagesLook = ({ given = '', when }: Row): string => {
  const names = new Set([...`${given} ${when}`.matchAll(/\bc-[a-z]+/g)].map(([name]) => name))
  if (names.has('c-needs')) names.add('c-dep')
  const list = [...names].join(' ')
  const format = '$' + '{Package} $' + '{Version} $' + '{db:Status-Status}'
  return sh`dpkg-query -W -f '${format}\n' ${list} 2>/dev/null | grep -v -e ' not-installed$'
apt-mark showauto ${list} 2>/dev/null; apt-mark showhold ${list} 2>/dev/null
ls /etc/c-*.conf 2>/dev/null`
}

const installed = (name: string): string =>
  sh`dpkg-query -W -f '\${Version} \${db:Status-Status}' ${name}`.replaceAll('\\$', '$')

export const packageTable: Table = {
  resource: 'pkg',
  on: 'a whole root by chroot, with apt and a repository of its own',
  look: packagesLook,
  rows: [
    {
      name: 'a package that is missing is installed',
      when: config`pkg('c-new')`,
      plan: ['create package:c-new'],
      shows: [installed('c-new'), '1.0 installed'],
    },
    {
      name: 'a package that is there: nothing to do, and it stays',
      given: sh`apt-get install -qq c-there >/dev/null 2>&1`,
      when: config`pkg('c-there')`,
      plan: [],
      shows: [installed('c-there'), '1.0 installed'],
    },
    {
      name: 'a newer version is at hand: without a version nothing is upgraded',
      given: sh`apt-get install -qq c-old=1.0 >/dev/null 2>&1`,
      when: config`pkg('c-old')`,
      plan: [],
      shows: [installed('c-old'), '1.0 installed'],
    },
    {
      name: 'exactly this version, and later another one',
      when: config`pkg('c-exact', { version: '1.0' })`,
      shows: [installed('c-exact'), '1.0 installed'],
      later: { when: config`pkg('c-exact', { version: '2.0' })`, shows: [installed('c-exact'), '2.0 installed'] },
    },
    {
      name: 'an older version than the one that is there, and back',
      given: sh`apt-get install -qq c-later=2.0 >/dev/null 2>&1`,
      when: config`pkg('c-later', { version: '1.0' })`,
      shows: [installed('c-later'), '1.0 installed'],
    },
    {
      name: 'a dependency comes along, and goes along',
      when: config`pkg('c-needs')`,
      shows: [`${installed('c-needs c-dep')}`, '1.0 installed1.0 installed'],
    },
    {
      name: 'a dependency that was there already stays, with its mark',
      given: sh`apt-get install -qq c-shared >/dev/null 2>&1`,
      when: config`pkg('c-shares')`,
      shows: ['apt-mark showauto c-shared; apt-mark showmanual c-shared', 'c-shared'],
    },
    {
      name: 'several packages by one declaration',
      when: config`pkg(['c-one', 'c-two'])`,
      plan: ['create package:c-one', 'create package:c-two'],
      shows: [installed('c-one c-two'), '1.0 installed1.0 installed'],
    },
    {
      name: 'absent takes the package away',
      given: sh`apt-get install -qq c-gone >/dev/null 2>&1`,
      when: config`pkg('c-gone', { absent: true })`,
      plan: ['remove package:c-gone'],
      shows: ['dpkg-query -W c-gone 2>&1 | grep -c found', '1'],
      stays: [
        'what was declared absent does not come back by itself',
        'dpkg-query -W c-gone 2>&1 | grep -c found',
        '1',
      ],
    },
    {
      name: 'absent of what is not there: nothing to do',
      when: config`pkg('c-nothing', { absent: true })`,
      plan: [],
      shows: ['dpkg-query -W c-nothing 2>&1 | grep -c found', '1'],
    },
    {
      name: 'absent leaves a configuration file that was changed by hand',
      given: sh`apt-get install -qq c-leaves >/dev/null 2>&1; echo mine >/etc/c-leaves.conf`,
      when: config`pkg('c-leaves', { absent: true })`,
      shows: ['cat /etc/c-leaves.conf', 'mine'],
      stays: ['what was declared absent does not come back by itself', 'cat /etc/c-leaves.conf', 'mine'],
    },
    {
      name: 'hold keeps others from upgrading it',
      given: sh`apt-get install -qq c-hold >/dev/null 2>&1`,
      when: config`pkg('c-hold', { hold: true })`,
      shows: ['apt-mark showhold c-hold', 'c-hold'],
    },
    {
      name: 'hold: false takes a hold away',
      given: sh`apt-get install -qq c-held >/dev/null 2>&1; apt-mark hold c-held >/dev/null`,
      when: config`pkg('c-held', { hold: false })`,
      shows: ['apt-mark showhold c-held', ''],
    },
    {
      name: 'a package that came as a dependency of another keeps its mark: nothing to do',
      given: sh`apt-get install -qq c-auto >/dev/null 2>&1; apt-mark auto c-auto >/dev/null`,
      when: config`pkg('c-auto')`,
      plan: [],
      shows: ['apt-mark showauto c-auto', 'c-auto'],
    },
    {
      name: 'a package that was removed by hand comes again',
      when: config`pkg('c-hand')`,
      shows: [installed('c-hand'), '1.0 installed'],
      later: { byHand: 'apt-get remove -qq c-hand >/dev/null 2>&1', shows: [installed('c-hand'), '1.0 installed'] },
    },
    {
      name: 'a configuration file of a package that was changed by hand stays',
      given: sh`apt-get install -qq c-conf >/dev/null 2>&1; echo mine >/etc/c-conf.conf`,
      when: config`pkg('c-conf')`,
      plan: [],
      shows: ['cat /etc/c-conf.conf', 'mine'],
    },
    {
      name: 'the first run, and the user that the package makes is not there yet: the plan does not fail, and says so',
      when: config`pkg('c-user'); file('/d/f', { content: 'x', owner: 'c-daemon' })`,
      plan: ['create package:c-user', 'create path:/d/f'],
      says: '"before":{"unknown":"package:c-user"}',
      shows: ['stat -c %U f', 'c-daemon'],
      stays: ['the user that the package made', 'ls; id -un c-daemon', 'c-daemon'],
    },
    {
      name: "onRemoval: 'keep' leaves it",
      when: config`pkg('c-keep', { onRemoval: 'keep' })`,
      shows: [installed('c-keep'), '1.0 installed'],
      stays: ['the package, as was asked', installed('c-keep'), '1.0 installed'],
      forGood: true,
    },
    {
      name: 'a package that nobody has is refused',
      when: config`pkg('c-nosuch')`,
      refused: { code: 'step-failed', says: 'c-nosuch' },
    },
    {
      name: 'a version that nobody has is refused',
      when: config`pkg('c-new', { version: '9.9' })`,
      refused: { code: 'step-failed', says: '9.9' },
    },
    {
      name: 'a name with a space, or one that could be an option, is refused',
      when: config`for (const name of ['a b', '-y', 'a;b']) pkg(name)`,
      refused: { code: 'wrong-value', says: 'a package name has letters' },
    },
    {
      name: 'absent with a version is refused',
      when: config`pkg('c-new', { absent: true, version: '1.0' })`,
      refused: { code: 'wrong-value', says: 'has no other property' },
    },
  ],
}
