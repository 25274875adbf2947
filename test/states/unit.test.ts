import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canBoot, Machine } from './machine.ts'
import { Root, type Shell, shells } from './root.ts'

const asRoot = process.getuid?.() === 0

const service = (command: string, more = '') =>
  `[Unit]\nDescription=test\n[Service]\nExecStart=/bin/sh -c '${command}'\n${more}\n[Install]\nWantedBy=multi-user.target\nAlias=also-${command.length}.service\n`

describe.skipIf(!asRoot).each(shells)('units in a chroot, by %s', (shell: Shell) => {
  let root: Root
  beforeAll(() => {
    root = new Root(shell)
    root.write('/etc/systemd/system/app.service', service('sleep 1000'))
    root.write('/etc/systemd/system/at@.service', service('sleep 1000').replace(/Alias.*\n/, ''))
  })
  afterAll(() => root?.dispose())

  it('enables without starting, and brings the exact links back', () => {
    const before = root.observe('unit', ['app.service', 'ssh.service', 'nosuch.service', 'at@one.service'])
    expect(before).toMatchObject({
      'app.service': 'active=? enabled=no links="" masked=no type=present',
      'nosuch.service': 'type=absent',
      'at@one.service': 'active=? enabled=no links="" masked=no type=present',
    })
    expect(before['ssh.service']).toMatch(
      /enabled=yes links=multi-user.target.wants\/ssh.service:.*,sshd.service:.* masked=no/,
    )
    const done = root.apply('unit', [
      'UNIT app.service active=yes enabled=yes',
      'UNIT ssh.service enabled=no',
      'UNIT at@one.service enabled=yes',
    ])
    expect(done).toMatchObject({ status: 0, did: [1, 2, 3] })
    const after = root.observe('unit', ['app.service', 'ssh.service', 'at@one.service'])
    expect(after['app.service']).toContain(
      'enabled=yes links=also-10.service:/etc/systemd/system/app.service,multi-user.target.wants/app.service:/etc/systemd/system/app.service ',
    )
    expect(after['ssh.service']).toContain('enabled=no links="" ')
    expect(after['at@one.service']).toContain(
      'enabled=yes links=multi-user.target.wants/at@one.service:/etc/systemd/system/at@.service ',
    )
    const back = ['app.service', 'ssh.service', 'at@one.service'].map((u) => `UNIT ${u} ${before[u]}`)
    expect(root.apply('unit', back, { undo: true })).toMatchObject({ status: 0 })
    expect(root.observe('unit', ['app.service', 'ssh.service', 'nosuch.service', 'at@one.service'])).toEqual(before)
  })

  it('masks and unmasks, and says what cannot be enabled', () => {
    expect(root.apply('unit', ['UNIT ssh.service masked=yes']).status).toBe(0)
    expect(root.observe('unit', ['ssh.service'])['ssh.service']).toContain('masked=yes')
    expect(root.apply('unit', ['UNIT ssh.service masked=no']).status).toBe(0)
    expect(root.observe('unit', ['ssh.service'])['ssh.service']).toContain('enabled=yes')
    expect(root.apply('unit', ['UNIT nosuch.service enabled=yes']).error).toMatch(
      /nosuch.service.*(not exist|No such file)/,
    )
    expect(root.apply('unit', ['UNIT -x enabled=yes']).error).toContain('no name for a unit')
  })
})

describe.skipIf(!canBoot())('units of a running systemd', () => {
  let machine: Machine | undefined
  beforeAll(async () => {
    machine = await Machine.boot()
  })
  afterAll(async () => machine?.stop())
  const on = (test: (m: Machine) => void) => (context: { skip: (why: string) => void }) => {
    if (machine === undefined) return context.skip('containers do not start here')
    test(machine)
  }

  it(
    'starts and enables new units with one reload of files, and takes it all back',
    on((m) => {
      m.write('/etc/systemd/system/one.service', service('sleep 1000'))
      m.write('/etc/systemd/system/two.service', service('sleep 20000'))
      const before = m.observe('unit', ['one.service', 'two.service'])
      expect(before['one.service']).toBe('active=no enabled=no links="" masked=no type=present')
      const done = m.apply('unit', ['UNIT one.service active=yes enabled=yes', 'UNIT two.service active=yes'])
      expect(done).toMatchObject({ status: 0, error: '', did: [1, 2] })
      expect(m.observe('unit', ['two.service', 'one.service'])).toMatchObject({
        'one.service': expect.stringMatching(/^active=yes enabled=yes links=also-10/),
        'two.service': 'active=yes enabled=no links="" masked=no type=present',
      })
      const back = ['two.service', 'one.service'].map((u) => `UNIT ${u} ${before[u]}`)
      expect(m.apply('unit', back, { undo: true })).toMatchObject({ status: 0, error: '' })
      expect(m.observe('unit', ['one.service', 'two.service'])).toEqual(before)
    }),
  )

  it(
    'fails with the last words of a service that dies after its start',
    on((m) => {
      m.write('/etc/systemd/system/dies.service', service('echo bad configuration; sleep 0.5; exit 3'))
      const died = m.apply('unit', ['UNIT dies.service active=yes'])
      expect(died).toMatchObject({ status: 1, did: [] })
      expect(died.error).toContain('dies.service is failed (failed), result exit-code, exit status 3')
      expect(died.error).toContain('bad configuration')
      m.write('/etc/systemd/system/loops.service', service('sleep 0.5; exit 1', 'Restart=always\nRestartSec=0'))
      expect(m.apply('unit', ['UNIT loops.service active=yes']).error).toMatch(
        /loops.service (was restarted|is failed|is activating)/,
      )
    }),
  )

  it(
    'reloads and restarts what runs, leaves alone what was stopped, and names what is not there',
    on((m) => {
      m.write(
        '/etc/systemd/system/rel.service',
        service('sleep 1000', 'ExecReload=/bin/touch /reloaded').replace('also-10', 'also-rel'),
      )
      expect(m.apply('unit', ['UNIT rel.service active=yes']).status).toBe(0)
      expect(m.script('hx_act_RELOAD rel.service').status).toBe(0)
      expect(m.exists('/reloaded')).toBe(true)
      const pid = m.run('systemctl show -p MainPID rel.service')
      m.write('/etc/systemd/system/rel.service', service('exec sleep 1001'))
      expect(m.script('hx_act_RESTART rel.service')).toMatchObject({ status: 0, stderr: '' })
      expect(m.run('systemctl show -p MainPID rel.service')).not.toBe(pid)
      m.run('systemctl stop rel.service')
      expect(m.script('hx_act_RESTART rel.service').status).toBe(0)
      expect(m.observe('unit', ['rel.service'])['rel.service']).toContain('active=no')
      expect(m.script('hx_act_RESTART nosuch.service').stderr).toContain('there is no unit nosuch.service')
    }),
  )

  it(
    'stops with a service the socket that came along with it, never one that is enabled by itself',
    on((m) => {
      const socket = (path: string) => `[Socket]\nListenStream=${path}\n[Install]\nWantedBy=sockets.target\n`
      for (const name of ['along', 'stays']) {
        m.write(`/etc/systemd/system/${name}.service`, service('sleep 1000').replace(/Alias.*\n/, ''))
        m.write(`/etc/systemd/system/${name}.socket`, socket(`/run/${name}`))
      }
      m.run('systemctl daemon-reload; systemctl enable stays.socket; systemctl start along.socket stays.socket')
      expect(
        m.apply(
          'unit',
          ['along', 'stays'].map((name) => `UNIT ${name}.service active=yes`),
        ).status,
      ).toBe(0)
      const stop = ['along', 'stays'].map((name) => `UNIT ${name}.service active=no`)
      expect(m.apply('unit', stop)).toMatchObject({ status: 0, error: '' })
      const now = m.observe('unit', ['along.service', 'along.socket', 'stays.service', 'stays.socket'])
      expect(Object.entries(now).map(([unit, is]) => `${unit} ${is.split(' ')[0]}`)).toEqual([
        'along.service active=no',
        'along.socket active=no',
        'stays.service active=no',
        'stays.socket active=yes',
      ])
    }),
  )

  it(
    'gives the host its name',
    on((m) => {
      const before = m.observe('hostname', ['host']).host
      expect(m.apply('hostname', ['HOSTNAME host name=web7'])).toMatchObject({ status: 0, error: '' })
      expect(m.observe('hostname', ['host']).host).toBe('name=web7')
      expect(m.run('hostname')).toBe('web7\n')
      m.run('hostname transient')
      expect(m.observe('hostname', ['host']).host).toBe('file=web7 name=transient')
      expect(m.apply('hostname', [`HOSTNAME host ${before}`], { undo: true }).status).toBe(0)
      expect(m.observe('hostname', ['host']).host).toBe(before)
    }),
  )

  it(
    'says who holds a user that is to go',
    on((m) => {
      m.run('useradd -m busy; systemd-run -q --uid busy sleep 1000')
      const held = m.apply('user', ['USER busy type=absent'])
      expect(held.status).toBe(1)
      expect(held.error).toMatch(/user busy is still in use by process \d+ \(sleep\)/)
    }),
  )
})
