import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { SmallPackage } from '../../lab/packages.ts'
import { type Root, shells } from './root.ts'
import { type Op, prepare, transact } from './transact.ts'

/** A package manager that is not apt, as the tests of all of them drive it by hand. */
export interface Manager {
  readonly root: () => Root
  /** Shell commands that take names. */
  readonly install: string
  readonly remove: string
  /** Installs version 1.0-1 of the package `grows`. */
  readonly installOlder: string
  readonly hold: string
  readonly unhold: string
  /** Prints all packages with version and mark, and what is held, in the manager's own words. */
  readonly list: string
  /** Fetches the lists of what can be had. */
  readonly refresh: string
  /** Lists are fetched on demand only. */
  readonly agesNever?: true
  /** What it says of a package that it does not know. */
  readonly unknown: RegExp
  readonly unknownVersion: RegExp
  /** A file that is its lock, and a Python program that holds it, prints a line and waits. */
  readonly lock: RegExp
  readonly holder: (root: string) => string
}

const toolConf = (text: string) => ({ '/etc/tool.conf': text, '/usr/share/tool/about': 'tool\n' })

/** Ends the transaction, as its process, and the manager below it. */
const kill = '[ -f /run/tx.pid ] || exit 0; kill -9 $(cat /run/tx.pid) $PPID; exit 1'

/** What the tests of a manager need in its repository, older versions first; `exactly`: how one asks for one version. */
export const foreignPackages = (exactly: '=' | ' = '): readonly SmallPackage[] => [
  { name: 'base-lib', version: '1.0', files: { '/usr/share/base-lib/about': 'x' } },
  { name: 'tool', version: '1.0', depends: 'base-lib', files: toolConf('packaged\n') },
  { name: 'tool', version: '2.0', depends: 'base-lib', files: toolConf('newer\n') },
  { name: 'other', version: '1.0', depends: 'base-lib', files: { '/usr/share/other/about': 'x' } },
  { name: 'foe', version: '1.0', conflicts: 'other', files: { '/usr/share/foe/about': 'x' } },
  { name: 'marker', version: '1.0', files: { '/usr/share/marker/about': 'x' }, after: 'umask >/umask' },
  {
    name: 'killer',
    version: '1.0',
    depends: 'base-lib',
    files: { '/usr/share/killer/about': 'x' },
    after: kill,
  },
  { name: 'killed', version: '1.0', depends: 'killer', files: { '/usr/share/killed/about': 'x' } },
  { name: 'turns', version: '1.0', files: { '/usr/share/turns/about': '1' } },
  { name: 'turns', version: '2.0', files: { '/usr/share/turns/about': '2' }, after: kill },
  { name: 'grows', version: '1.0', files: { '/usr/share/grows/about': '1' } },
  { name: 'grows', version: '2.0', depends: 'base-lib', files: { '/usr/share/grows/about': '2' } },
  { name: 'motor', version: '1.0', files: { '/usr/share/motor/about': '1' } },
  { name: 'motor', version: '2.0', files: { '/usr/share/motor/about': '2' } },
  { name: 'car', version: '1.0', depends: `motor${exactly}2.0`, files: { '/usr/share/car/about': 'x' } },
  { name: 'Odd_name+x', version: '1.0', files: { '/usr/share/odd/about': 'x' } },
]

const at = (version: string, auto = 'no', hold = 'no'): string =>
  `auto=${auto} hold=${hold} type=present version=${version}-1`

/** The behaviour that apt's tests hold for apt, for another manager. */
export const behavesAsAPackageManager = (manager: Manager): void => {
  const { root } = manager
  const list = (): string => root().run(manager.list)

  it('observes version, hold and mark alike in every shell, and writes neither log nor cache', () => {
    root().run(`${manager.install} other bash && ${manager.hold} bash`)
    const files = () => root().run('ls -lR /var/log /var/cache /etc')
    const before = files()
    for (const shell of shells) {
      root().shell = shell
      expect(root().observe('package', ['missing', 'bash', 'other', 'base-lib'])).toEqual({
        missing: 'type=absent',
        bash: at('1.0', 'no', 'yes'),
        other: at('1.0'),
        'base-lib': at('1.0', 'yes'),
      })
    }
    root().shell = 'dash'
    expect(files()).toBe(before)
    root().run(`${manager.unhold} bash && ${manager.remove} other base-lib`)
  })

  it('observes where everything is read-only', () => {
    const [, path] = root().enter()
    const still = join(root().folder, 'still')
    mkdirSync(still)
    execFileSync('mount', ['--rbind', path ?? '', still])
    try {
      execFileSync('mount', ['-o', 'remount,bind,ro', still])
      const observe = 'set -u; . /hx.sh; hx_init; hx_observe_package'
      const seen = execFileSync('chroot', [still, 'dash', '-c', observe], { input: 'bash\n', encoding: 'utf8' })
      expect(seen).toBe(`bash\t${at('1.0')}\n`)
    } finally {
      execFileSync('umount', ['-l', still])
    }
  })

  it('foresees what comes along and what goes, and writes nothing, in every shell', () => {
    const written = () => root().run(`find / -xdev -newer /mark ! -name '*-shm' ! -path '/proc/*' ! -path /mark`)
    root().run(manager.refresh)
    root().run('sleep 0.05; touch /mark; sleep 0.05')
    for (const shell of shells) {
      root().shell = shell
      expect(root().foresee(['PACKAGE tool', 'PACKAGE marker', 'PACKAGE bash hold=yes']).toSorted()).toEqual([
        'along\tinstall\tbase-lib\t-\t1.0-1',
        'along\tinstall\tmarker\t-\t1.0-1',
        'along\tinstall\ttool\t-\t2.0-1',
      ])
      expect(root().foresee(['PACKAGE nosuch'])).toEqual([expect.stringMatching(/^unknown\t.*nosuch/)])
    }
    root().shell = 'dash'
    expect(written()).toBe('')
    root().run('touch -d "2 days ago" $(find /var/cache /var/lib/pacman/sync -depth 2>/dev/null)')
    expect(root().foresee(['PACKAGE tool'])).toHaveLength(manager.agesNever ? 2 : 1)
    if (!manager.agesNever) expect(root().foresee(['PACKAGE tool'])).toEqual(['unknown\t'])
    expect(root().apply('package', ['PACKAGE tool']).notes).toEqual(['along install base-lib - 1.0-1'])
    // The run has fetched the lists.
    expect(root().foresee(['PACKAGE marker'])).toEqual(['along\tinstall\tmarker\t-\t1.0-1'])
    root().run('touch /mark; sleep 0.05')
    expect(root().foresee(['PACKAGE tool purge=yes type=absent']).toSorted()).toEqual([
      'along\tremove\tbase-lib\t1.0-1\t-',
      'along\tremove\ttool\t2.0-1\t-',
    ])
    expect(root().foresee(['PACKAGE base-lib type=absent'])).toEqual([expect.stringMatching(/^unknown\t.*tool/)])
    expect(written()).toBe('')
    const away = root().apply('package', ['PACKAGE tool purge=yes type=absent'])
    expect(away).toMatchObject({ status: 0, error: '', notes: ['along remove base-lib 1.0-1 -'] })
  })

  it('foresees and tells what is upgraded along, and an undo brings it back', () => {
    const before = list()
    root().run(manager.refresh)
    expect(root().apply('package', ['PACKAGE motor version=1.0-1'])).toMatchObject({ status: 0, error: '', notes: [] })
    expect(root().foresee(['PACKAGE car']).toSorted()).toEqual([
      'along\tinstall\tcar\t-\t1.0-1',
      'along\tupgrade\tmotor\t1.0-1\t2.0-1',
    ])
    expect(root().apply('package', ['PACKAGE car']).notes).toEqual(['along upgrade motor 1.0-1 2.0-1'])
    expect(root().observe('package', ['motor', 'car'])).toEqual({ motor: at('2.0'), car: at('1.0') })
    expect(root().apply('package', ['PACKAGE car type=absent'], { undo: true })).toMatchObject({ status: 0, error: '' })
    expect(root().observe('package', ['motor', 'car'])).toEqual({ motor: at('1.0'), car: 'type=absent' })
    expect(root().apply('package', ['PACKAGE motor purge=yes type=absent'])).toMatchObject({ status: 0, error: '' })
    expect(list()).toBe(before)
  })

  it('installs many with what they need, and the way back leaves the set of before', () => {
    const before = list()
    expect(before).toContain('bash')
    const done = root().apply('package', ['PACKAGE tool', 'PACKAGE marker', 'PACKAGE Odd_name+x'])
    expect(done).toMatchObject({ status: 0, did: [1, 2, 3], error: '' })
    expect(root().observe('package', ['tool', 'base-lib', 'marker', 'Odd_name+x'])).toEqual({
      tool: at('2.0'),
      'base-lib': at('1.0', 'yes'),
      marker: at('1.0'),
      'Odd_name+x': at('1.0'),
    })
    expect(root().read('/umask')).toBe('0022\n')
    expect(root().apply('package', ['PACKAGE marker hold=yes'])).toMatchObject({ status: 0, error: '' })
    root().write('/etc/tool.conf', 'mine\n')
    const away = ['PACKAGE marker purge=yes type=absent', 'PACKAGE Odd_name+x purge=yes type=absent']
    expect(root().apply('package', ['PACKAGE tool purge=yes type=absent', ...away])).toMatchObject({
      status: 0,
      error: '',
    })
    expect(list()).toBe(before)
    expect(root().run('ls /etc | grep ^tool || :')).toBe('')
    expect(root().exists('/var/lib/hexis/packages')).toBe(false)
  })

  it('upgrades and downgrades, keeps configuration and marks, and holds', () => {
    expect(root().apply('package', ['PACKAGE tool version=1.0-1'])).toMatchObject({ status: 0, error: '' })
    root().write('/etc/tool.conf', 'mine\n')
    expect(root().apply('package', ['PACKAGE tool hold=yes version=2.0-1'])).toMatchObject({ status: 0, error: '' })
    expect(root().observe('package', ['tool', 'base-lib'])).toEqual({
      tool: at('2.0', 'no', 'yes'),
      'base-lib': at('1.0', 'yes'),
    })
    expect(root().read('/etc/tool.conf')).toBe('mine\n')
    expect(root().apply('package', [`PACKAGE tool ${at('1.0', 'yes')}`], { undo: true })).toMatchObject({
      status: 0,
      error: '',
    })
    expect(root().observe('package', ['tool']).tool).toBe(at('1.0', 'yes'))
    expect(root().apply('package', [`PACKAGE tool auto=no`])).toMatchObject({ status: 0, error: '' })
  })

  it('refuses to take away what other packages need, and keeps what they share', () => {
    expect(root().apply('package', ['PACKAGE other']).status).toBe(0)
    const refused = root().apply('package', ['PACKAGE base-lib type=absent'])
    expect(refused).toMatchObject({ status: 1, did: [] })
    expect(refused.error).toMatch(/base-lib.*(not managed here: .*(tool|other)|required by)/s)
    expect(root().apply('package', ['PACKAGE foe']).error).toMatch(/foe/)
    expect(root().observe('package', ['foe', 'other'])).toEqual({ foe: 'type=absent', other: at('1.0') })
    expect(root().apply('package', ['PACKAGE tool also=base-lib type=absent'])).toMatchObject({ status: 0, error: '' })
    expect(root().observe('package', ['tool', 'base-lib'])).toEqual({
      tool: 'type=absent',
      'base-lib': at('1.0', 'yes'),
    })
  })

  it('brings back in an undo what a removal took along', () => {
    const before = list()
    const is = root().observe('package', ['other']).other
    expect(root().apply('package', ['PACKAGE other also=base-lib type=absent'])).toMatchObject({ status: 0, error: '' })
    expect(root().observe('package', ['base-lib'])['base-lib']).toBe('type=absent')
    expect(root().apply('package', [`PACKAGE other ${is}`], { undo: true })).toMatchObject({ status: 0, error: '' })
    expect(list()).toBe(before)
  })

  it('a transaction that fails afterwards is undone to the very set of before, in every shell', () => {
    const before = list()
    const ops: readonly Op[] = [
      ['package', 'PACKAGE', 'tool', 'type=present'],
      ['package', 'PACKAGE', 'marker', 'type=present'],
      ['package', 'PACKAGE', 'other', 'type=absent'],
      ['exec', 'EXEC', 'fails', 'command=false undo=true'],
    ]
    for (const shell of shells) {
      root().shell = shell
      const events = transact(root(), `fails-${shell.replace(/\W/g, '-')}`, ops)
      expect(events.at(-1)).toMatch(/^end undone 4 /)
      expect(list()).toBe(before)
    }
    root().shell = 'dash'
  })

  it('what another version needs comes with it, and goes when the version does', () => {
    expect(root().apply('package', ['PACKAGE other type=absent', 'PACKAGE base-lib type=absent']).error).toBe('')
    root().run(manager.installOlder)
    const before = list()
    expect(root().observe('package', ['grows', 'base-lib'])).toEqual({ grows: at('1.0'), 'base-lib': 'type=absent' })
    const ops: readonly Op[] = [
      ['package', 'PACKAGE', 'grows', 'version=2.0-1'],
      ['exec', 'EXEC', 'fails', 'command=false undo=true'],
    ]
    expect(transact(root(), 'grows', ops).at(-1)).toMatch(/^end undone 2 /)
    expect(list()).toBe(before)
    expect(root().apply('package', ['PACKAGE grows version=2.0-1'])).toMatchObject({ status: 0, error: '' })
    expect(root().observe('package', ['base-lib'])['base-lib']).toBe(at('1.0', 'yes'))
    expect(root().apply('package', ['PACKAGE grows version=1.0-1'])).toMatchObject({ status: 0, error: '' })
    expect(list()).toBe(before)
    expect(root().apply('package', ['PACKAGE grows type=absent']).error).toBe('')
  })

  it.each(['killer', 'killed'])('is taken back by recovery after a kill in the middle of %s', (name) => {
    const before = list()
    const dir = prepare(root(), `kill-${name}`, [
      ['package', 'PACKAGE', 'tool', 'type=present'],
      ['package', 'PACKAGE', name, 'type=present'],
    ])
    const ended = root().script(`echo $$ >/run/tx.pid; hx_main tx ${dir}`)
    expect(ended.stdout).not.toContain('end ')
    expect(root().observe('package', ['killer']).killer).toContain('type=present')
    root().run('rm /run/tx.pid')
    expect(root().script('hx_main recover').stdout).toMatch(/end undone/)
    expect(list()).toBe(before)
    expect(root().apply('package', ['PACKAGE marker']).error).toBe('')
    expect(root().apply('package', ['PACKAGE marker type=absent']).error).toBe('')
  })

  it('is taken back by recovery after a kill in the middle of an upgrade', () => {
    expect(root().apply('package', ['PACKAGE turns version=1.0-1'])).toMatchObject({ status: 0, error: '' })
    const before = list()
    const dir = prepare(root(), 'kill-upgrade', [['package', 'PACKAGE', 'turns', 'version=2.0-1']])
    expect(root().script(`echo $$ >/run/tx.pid; hx_main tx ${dir}`).stdout).not.toContain('end ')
    expect(list()).toContain('turns 2.0-1')
    root().run('rm /run/tx.pid')
    expect(root().script('hx_main recover').stdout).toMatch(/end undone/)
    expect(list()).toBe(before)
    expect(root().read('/usr/share/turns/about')).toBe('1')
  })

  it('names a package or a version that is not there, and the holder of the lock', async () => {
    const missing = root().apply('package', ['PACKAGE marker', 'PACKAGE nosuch'])
    expect(missing.error).toMatch(manager.unknown)
    expect(root().read('/var/lib/hexis/journal/t1/did.failed')).toBe('2\n')
    expect(root().apply('package', ['PACKAGE tool version=9-1']).error).toMatch(manager.unknownVersion)
    const holder = spawn('python3', ['-c', manager.holder(root().path)])
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve))
      root().write('/lock.sh', 'HX_LOCK_S=1\n')
      const held = root().apply('package', ['PACKAGE marker'], { before: '. /lock.sh;' })
      expect(held.status).toBe(1)
      expect(held.error).toMatch(manager.lock)
      expect(held.error).toContain(`held by process ${holder.pid} (python3`)
    } finally {
      holder.kill()
    }
  })
}
