import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publish } from './repository.ts'
import { Root, shells } from './root.ts'
import { type Op, prepare, transact } from './transact.ts'

const asRoot = process.getuid?.() === 0

describe.skipIf(!asRoot)('packages by apt', () => {
  let root: Root
  beforeAll(() => {
    root = new Root()
    publish(
      root,
      [
        { name: 'base-lib' },
        {
          name: 'tool',
          fields: { Depends: 'base-lib' },
          files: { '/etc/tool.conf': 'packaged\n', '/usr/share/tool': 'x' },
        },
        { name: 'tool', version: '2.0', fields: { Depends: 'base-lib' }, files: { '/etc/tool.conf': 'newer\n' } },
        { name: 'other', fields: { Depends: 'base-lib' } },
        { name: 'foe', fields: { Conflicts: 'other' } },
        { name: 'grows' },
        { name: 'grows', version: '2.0', fields: { Depends: 'grown' } },
        { name: 'grown' },
        { name: 'motor' },
        { name: 'motor', version: '2.0' },
        { name: 'car', fields: { Depends: 'motor (= 2.0)' } },
        { name: 'daemon', postinst: 'umask > /umask' },
      ],
      'stale',
    )
  })
  afterAll(() => root?.dispose())

  const dpkg = () => root.run("sed -n '/^Package/p; /^Status/p; /^Version/p' /var/lib/dpkg/status")
  const kept = () => root.exists('/var/lib/hexis/packages')

  it('observes version, hold and mark alike in every shell, without a write', () => {
    root.run('apt-mark hold dpkg; apt-mark auto sudo')
    for (const shell of shells) {
      root.shell = shell
      const seen = root.observe('package', ['missing', 'dpkg', 'sudo', 'tool'])
      expect(seen).toMatchObject({ missing: 'type=absent', tool: 'type=absent' })
      expect(seen.dpkg).toMatch(/^auto=no hold=yes type=present version=1\.\S+$/)
      expect(seen.sudo).toMatch(/^auto=yes hold=no type=present version=1\.\S+$/)
    }
    root.shell = 'dash'
    root.run('apt-mark unhold dpkg')
  })

  it('fetches the lists when a package is not known, installs a version, and goes back to the last status line', () => {
    const before = dpkg()
    const done = root.apply('package', ['PACKAGE tool version=1.0', 'PACKAGE daemon'])
    expect(done).toMatchObject({ status: 0, did: [1, 2] })
    expect(root.observe('package', ['tool', 'base-lib', 'daemon'])).toEqual({
      tool: 'auto=no hold=no type=present version=1.0',
      'base-lib': 'auto=yes hold=no type=present version=1.0',
      daemon: 'auto=no hold=no type=present version=1.0',
    })
    expect(root.read('/umask')).toBe('0022\n')
    const back = root.apply('package', ['PACKAGE daemon type=absent'], { undo: true })
    expect(back.status).toBe(0)
    root.apply('package', ['PACKAGE tool version=1.0'])
    expect(root.apply('package', ['PACKAGE tool purge=yes type=absent'])).toMatchObject({ status: 0, error: '' })
    expect(dpkg()).toBe(before)
    expect(root.exists('/etc/tool.conf')).toBe(false)
    expect(kept()).toBe(false)
  })

  it('foresees what comes along and what goes, and writes nothing, in every shell', () => {
    const written = () => root.run("find / -xdev -newer /mark ! -path '/proc/*' ! -path /mark")
    root.run('apt-get -q update; sleep 0.05; touch /mark; sleep 0.05')
    for (const shell of shells) {
      root.shell = shell
      expect(root.foresee(['PACKAGE tool version=1.0', 'PACKAGE daemon', 'PACKAGE dpkg hold=yes']).toSorted()).toEqual([
        'along\tinstall\tbase-lib\t-\t1.0',
        'along\tinstall\tdaemon\t-\t1.0',
        'along\tinstall\ttool\t-\t1.0',
      ])
      expect(root.foresee(['PACKAGE daemon type=absent', 'PACKAGE nosuch'])).toEqual([
        expect.stringMatching(/^unknown\tuntil%20what%20goes%20has%20gone:%20.*nosuch/),
      ])
      expect(root.foresee(['PACKAGE nosuch'])).toEqual([expect.stringMatching(/^unknown\tE:.*nosuch/)])
    }
    root.shell = 'dash'
    expect(written()).toBe('')
    root.run('touch -d "2 days ago" $(find /var/lib/apt/lists -depth)')
    expect(root.foresee(['PACKAGE tool'])).toEqual(['unknown\t'])
    expect(root.apply('package', ['PACKAGE tool version=1.0']).notes).toEqual(['along install base-lib - 1.0'])
    // The run has fetched the lists.
    expect(root.foresee(['PACKAGE daemon'])).toEqual(['along\tinstall\tdaemon\t-\t1.0'])
    root.run('touch /mark; sleep 0.05')
    expect(root.foresee(['PACKAGE tool version=2.0'])).toEqual(['along\tupgrade\ttool\t1.0\t2.0'])
    expect(root.foresee(['PACKAGE tool purge=yes type=absent']).toSorted()).toEqual([
      'along\tremove\tbase-lib\t1.0\t-',
      'along\tremove\ttool\t1.0\t-',
    ])
    expect(root.foresee(['PACKAGE base-lib type=absent'])).toEqual([expect.stringMatching(/^unknown\t.*tool/)])
    expect(written()).toBe('')
    const away = root.apply('package', ['PACKAGE tool purge=yes type=absent'])
    expect(away).toMatchObject({ status: 0, error: '', notes: ['along remove base-lib 1.0 -'] })
  })

  it('foresees and tells what is upgraded along, and an undo brings it back', () => {
    const before = dpkg()
    expect(root.apply('package', ['PACKAGE motor version=1.0'])).toMatchObject({ status: 0, notes: [] })
    expect(root.foresee(['PACKAGE car'])).toEqual(['along\tupgrade\tmotor\t1.0\t2.0', 'along\tinstall\tcar\t-\t1.0'])
    expect(root.apply('package', ['PACKAGE car']).notes).toEqual(['along upgrade motor 1.0 2.0'])
    expect(root.apply('package', ['PACKAGE car type=absent'], { undo: true })).toMatchObject({ status: 0 })
    expect(root.observe('package', ['motor']).motor).toContain('version=1.0')
    expect(root.apply('package', ['PACKAGE motor purge=yes type=absent'])).toMatchObject({ status: 0, error: '' })
    expect(dpkg()).toBe(before)
  })

  it('upgrades and downgrades, keeps conffiles and marks, and holds', () => {
    root.run('apt-get -q -y install tool=1.0; apt-mark auto tool')
    root.write('/etc/tool.conf', 'mine\n')
    expect(root.apply('package', ['PACKAGE tool hold=yes version=2.0']).status).toBe(0)
    expect(root.observe('package', ['tool']).tool).toBe('auto=yes hold=yes type=present version=2.0')
    expect(root.read('/etc/tool.conf')).toBe('mine\n')
    expect(
      root.apply('package', ['PACKAGE tool auto=yes hold=no type=present version=1.0'], { undo: true }).status,
    ).toBe(0)
    expect(root.observe('package', ['tool']).tool).toBe('auto=yes hold=no type=present version=1.0')
  })

  it('refuses to take away what other packages need, and keeps shared dependencies', () => {
    expect(root.apply('package', ['PACKAGE other']).status).toBe(0)
    const refused = root.apply('package', ['PACKAGE base-lib type=absent'])
    expect(refused).toMatchObject({ status: 1, did: [] })
    expect(refused.error).toMatch(/base-lib.*not managed here: .*(tool|other)/)
    expect(root.apply('package', ['PACKAGE foe']).error).toMatch(/foe/)
    expect(root.apply('package', ['PACKAGE tool also=base-lib type=absent']).status).toBe(0)
    expect(root.observe('package', ['tool', 'base-lib'])['base-lib']).toContain('type=present')
  })

  it('brings back in an undo what a removal took along', () => {
    const before = root.observe('package', ['other', 'base-lib'])
    expect(root.apply('package', ['PACKAGE other also=base-lib type=absent']).status).toBe(0)
    expect(root.observe('package', ['base-lib'])['base-lib']).toBe('type=absent')
    expect(root.apply('package', [`PACKAGE other ${before.other}`], { undo: true })).toMatchObject({ status: 0 })
    expect(root.observe('package', ['other', 'base-lib'])).toEqual(before)
  })

  it('what another version needs comes with it, and goes when the version does', () => {
    root.run('apt-get -q -y install grows=1.0')
    const before = dpkg()
    const ops: readonly Op[] = [
      ['package', 'PACKAGE', 'grows', 'version=2.0'],
      ['exec', 'EXEC', 'fails', 'command=false undo=true'],
    ]
    expect(transact(root, 'grows', ops).at(-1)).toMatch(/^end undone 2 /)
    expect(dpkg()).toBe(before)
    expect(root.apply('package', ['PACKAGE grows version=2.0'])).toMatchObject({ status: 0, error: '' })
    expect(root.observe('package', ['grown']).grown).toBe('auto=yes hold=no type=present version=1.0')
    expect(root.apply('package', ['PACKAGE grows version=1.0'])).toMatchObject({ status: 0, error: '' })
    expect(dpkg()).toBe(before)
  })

  it('is taken back by recovery after a kill between a package and what it needs', () => {
    const kill = '[ -f /run/tx.pid ] || exit 0; kill -9 $(cat /run/tx.pid) $PPID; exit 1'
    publish(root, [
      { name: 'killer', postinst: kill },
      { name: 'killed', fields: { 'Pre-Depends': 'killer' } },
    ])
    const before = dpkg()
    const dir = prepare(root, 'tx-killed', [['package', 'PACKAGE', 'killed', 'type=present']])
    root.script(`echo $$ >/run/tx.pid; hx_main tx ${dir}`)
    root.run('rm /run/tx.pid')
    expect(root.observe('package', ['killer', 'killed'])).toMatchObject({ killed: 'type=absent' })
    expect(root.observe('package', ['killer']).killer).toContain('type=broken')
    expect(root.script('hx_main recover').stdout).toMatch(/end undone/)
    expect(dpkg()).toBe(before)
  })

  it('names a package that is not there, and the holder of the lock', async () => {
    expect(root.apply('package', ['PACKAGE nosuch']).error).toMatch(/Unable to locate package nosuch/)
    expect(root.apply('package', ['PACKAGE tool version=9']).error).toMatch(/Version '9' for 'tool' was not found/)
    expect(root.apply('package', ['PACKAGE $(id)']).error).toContain('no name for a package')
    const hold =
      'import fcntl,time;f=open("/var/lib/dpkg/lock-frontend","w");fcntl.lockf(f,fcntl.LOCK_EX);print(1,flush=True);time.sleep(60)'
    const holder = spawn('python3', ['-c', hold.replaceAll('/var/lib', `${root.path}/var/lib`)])
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve))
      root.write('/lock.sh', 'HX_LOCK_S=1\n')
      const held = root.apply('package', ['PACKAGE daemon'], { before: '. /lock.sh;' })
      expect(held.status).toBe(1)
      expect(held.error).toMatch(/lock-frontend.*held by process \d+/)
    } finally {
      holder.kill()
    }
  })

  it('does not start services where told', () => {
    publish(root, [
      {
        name: 'starter',
        postinst: 'if [ -x /usr/sbin/policy-rc.d ]; then /usr/sbin/policy-rc.d; fi || echo $? > /policy',
      },
    ])
    expect(root.apply('package', ['PACKAGE starter start=no']).status).toBe(0)
    expect(root.read('/policy')).toBe('101\n')
    expect(root.exists('/usr/sbin/policy-rc.d')).toBe(false)
  })
})
