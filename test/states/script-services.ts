import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { baseLayers } from '../../lab/base.ts'
import { Machine } from './machine.ts'
import { Root, type Shell, shells } from './root.ts'
import { type Op, prepare } from './transact.ts'

/** The last one has no other tools but the manager's own. */
export const every: readonly Shell[] = [...shells, 'busybox only']

/** A manager of services that are scripts, as the tests of both drive it by hand. */
export interface ScriptManager {
  readonly name: 'openrc' | 'sysvinit'
  readonly words: string
  /** The text of a script whose daemon sleeps that long; `first` is done before it starts. */
  readonly script: (name: string, seconds: number, first?: string) => string
  /** The links of a service that is enabled, as the state has them. */
  readonly links: (name: string) => string
  /** Shells by which services are started; what is the same for both managers need not be tried twice in all. */
  readonly shells: readonly Shell[]
  /** Where all links are. */
  readonly folders: string
}

/** An init script as the standard of them wants it, by Debian's tools; `more` are actions of its own. */
export const standardScript = (name: string, seconds: number, first = ':', more = ''): string => `#!/bin/sh
### BEGIN INIT INFO
# Provides:          ${name}
# Required-Start:    $remote_fs
# Required-Stop:     $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:
# Short-Description: test
### END INIT INFO
PIDFILE=/run/${name}.pid
begin() { ${first}; start-stop-daemon --start --quiet --background --make-pidfile --pidfile $PIDFILE --exec /bin/sleep -- ${seconds}; }
end() { start-stop-daemon --stop --quiet --oknodo --retry TERM/5/KILL/5 --remove-pidfile --pidfile $PIDFILE; }
. /lib/lsb/init-functions
case $1 in
start) begin ;;
stop) end ;;
restart) end; begin ;;
status) status_of_proc -p $PIDFILE /bin/sleep ${name} ;;
${more}
*) echo "Usage: $0 {start|stop|restart|status}"; exit 3 ;;
esac
`

const present = (active: string, enabled: string, links: string): string =>
  `active=${active} enabled=${enabled} links=${links} masked=no type=present`

/** A host that has busybox for everything else, as Alpine is, has these. */
const besideBusybox = (root: Root): void =>
  void root.run('for tool in rc-update rc-service update-rc.d insserv; do ln -s /usr/sbin/$tool /opt/bb/; done')

const quick = { before: 'HX_SETTLE_S=0.3;' }

/** One transaction; less is waited for what starts than usual. */
const transact = (m: Machine, id: string, ops: readonly Op[], settle = 0.3): string =>
  decodeURIComponent(
    m
      .script(`HX_SETTLE_S=${settle}; export HX_SETTLE_S; hx_main tx ${prepare(m, id, ops)}`)
      .stdout.trimEnd()
      .split('\n')
      .at(-1) ?? '',
  )

/** What holds for OpenRC and sysvinit alike. */
export const behavesAsAScriptManager = (manager: ScriptManager): void => {
  const { name, script, links } = manager

  describe.each(every)(`${name} that does not run, by %s`, (shell: Shell) => {
    let root: Root
    beforeAll(async () => {
      root = new Root(shell, await baseLayers(name))
      besideBusybox(root)
      root.write('/etc/init.d/app', script('app', 1000), 0o755)
    })
    afterAll(() => root?.dispose())
    const tree = (): string =>
      root.run(`ls -l --time-style=+ ${manager.folders}; cat /etc/init.d/.depend.* | tr ' ' '\\n' | sort`)

    it('enables without starting, and brings the exact links back', () => {
      const ids = ['app.service', 'cron.service', 'nosuch.service', 'app.timer', 'rc.service']
      const [before, all] = [root.observe('unit', ids), tree()]
      expect(before).toEqual({
        'app.service': present('?', 'no', '""'),
        'cron.service': present('?', 'yes', links('cron')),
        'nosuch.service': 'type=absent',
        'app.timer': 'type=absent',
        'rc.service': 'type=absent',
      })
      const steps = ['UNIT app.service active=yes enabled=yes', 'UNIT cron.service enabled=no']
      expect(root.apply('unit', steps)).toMatchObject({ status: 0, error: '', did: [1, 2] })
      const after = root.observe('unit', ids)
      expect(after['app.service']).toBe(present('?', 'yes', links('app')))
      expect(after['cron.service']).toMatch(/^active=\? enabled=no /)
      expect(root.apply('unit', ['UNIT cron.service enabled=yes'])).toMatchObject({ status: 0 })
      expect(root.observe('unit', ['cron.service'])['cron.service']).toBe(before['cron.service'])
      const back = ['cron.service', 'app.service'].map((id) => `UNIT ${id} ${before[id]}`)
      expect(root.apply('unit', back, { undo: true })).toMatchObject({ status: 0, error: '' })
      expect(root.observe('unit', ids)).toEqual(before)
      expect(tree()).toBe(all)
      expect(root.script('hx_act_RESTART cron.service').status).toBe(0)
    })

    it('says what it cannot do', () => {
      const error = (step: string): string => root.apply('unit', [step]).error
      expect(error('UNIT app.service masked=yes')).toContain(`${manager.words} cannot mask a service: app.service`)
      expect(error('UNIT app.timer enabled=yes')).toContain(
        `app.timer is a unit of systemd, and this host has ${manager.words}`,
      )
      expect(error('UNIT nosuch.service enabled=yes')).toContain('there is no service nosuch on this host')
      expect(error('UNIT rc.service active=yes')).toContain('there is no service rc')
      expect(error('UNIT -x enabled=yes')).toContain('no name for a service')
    })
  })

  describe(`${name} that runs`, () => {
    let m: Machine
    beforeAll(async () => {
      const booted = await Machine.boot('dash', name)
      if (booted === undefined) throw new Error('no container starts here')
      m = booted
      besideBusybox(m)
    }, 300_000)
    afterAll(async () => m?.stop())

    it.each(manager.shells)(
      'starts, stops and takes back, and what it starts holds nothing of ours, by %s',
      (shell) => {
        m.shell = shell
        const app = `app${every.indexOf(shell)}`
        m.write(`/etc/init.d/${app}`, script(app, 1000), 0o755)
        const ids = [`${app}.service`, 'cron.service']
        const before = m.observe('unit', ids)
        expect(before).toEqual({
          [`${app}.service`]: present('no', 'no', '""'),
          'cron.service': present('yes', 'yes', links('cron')),
        })
        const on: Op = ['unit', 'UNIT', `${app}.service`, 'active=yes enabled=yes']
        expect(transact(m, `on${app}`, [on, ['unit', 'UNIT', 'cron.service', 'active=no']])).toMatch(/^end committed/)
        expect(m.observe('unit', ids)).toEqual({
          [`${app}.service`]: present('yes', 'yes', links(app)),
          'cron.service': present('no', 'yes', links('cron')),
        })
        const pid = m.run(`cat /run/${app}.pid`).trim()
        expect(m.run(`grep SigIgn /proc/${pid}/status`)).toBe('SigIgn:\t0000000000000000\n')
        expect(m.run(`tr '\\0' '\\n' </proc/${pid}/environ | grep ^HX_ || :`)).toBe('')
        expect(m.run(`find /proc/${pid}/fd -lname '*hexis*'; readlink /proc/${pid}/cwd`)).toBe('/\n')
        const back = ids.map((id): Op => ['unit', 'UNIT', id, before[id] ?? ''])
        expect(transact(m, `off${app}`, back)).toMatch(/^end committed/)
        expect(m.observe('unit', ids)).toEqual(before)
        expect(m.run(`ls /proc | grep -x ${pid} || :`)).toBe('')
      },
    )

    it('fails with the last words of a service that ends after its start, and takes it back', () => {
      m.shell = 'dash'
      m.run('mkdir -p /var/log')
      const first = 'echo "dies: bad configuration" >>/var/log/syslog'
      m.write('/etc/init.d/dies', script('dies', 0.7, first), 0o755)
      const before = m.observe('unit', ['dies.service', 'cron.service'])
      const dies: Op = ['unit', 'UNIT', 'dies.service', 'active=yes enabled=yes']
      const end = transact(m, 'dies', [['unit', 'UNIT', 'cron.service', 'active=no'], dies], 1)
      expect(end).toMatch(/^end undone/)
      expect(end).toContain('service dies does not run 1 seconds after it was started; its last words:')
      expect(end).toContain('dies: bad configuration')
      const after = m.observe('unit', ['dies.service', 'cron.service'])
      expect(after['cron.service']).toBe(before['cron.service'])
      expect(after['dies.service']).toBe(before['dies.service'])
    })

    it('says what a script that cannot start said', () => {
      m.write('/etc/init.d/never', '#!/bin/sh\ncase $1 in start) echo no such port; exit 4 ;; esac\n', 0o755)
      const failed = m.apply('unit', ['UNIT never.service active=yes'])
      expect(failed).toMatchObject({ status: 1, did: [] })
      expect(failed.error).toContain('no such port')
      expect(failed.error).toContain(`${manager.words} could not start never`)
    })

    it('reloads and restarts what runs, leaves alone what was stopped, and names what is not there', () => {
      const more = 'reload) echo yes >/run/reloaded ;;'
      m.write('/etc/init.d/rel', standardScript('rel', 1000, ':', more), 0o755)
      expect(m.apply('unit', ['UNIT rel.service active=yes'], quick)).toMatchObject({ status: 0, error: '' })
      const pid = (): string => m.run('cat /run/rel.pid')
      const first = pid()
      expect(m.script('HX_SETTLE_S=0.3; hx_act_RELOAD rel.service')).toMatchObject({ status: 0, stderr: '' })
      expect(m.run('cat /run/reloaded')).toBe('yes\n')
      expect(pid()).toBe(first)
      expect(m.script('HX_SETTLE_S=0.3; hx_act_RESTART rel.service')).toMatchObject({ status: 0, stderr: '' })
      expect(pid()).not.toBe(first)
      m.write('/etc/init.d/plain', script('plain', 1000), 0o755)
      expect(m.apply('unit', ['UNIT plain.service active=yes'], quick)).toMatchObject({ status: 0, error: '' })
      const earlier = m.run('cat /run/plain.pid')
      expect(m.script('HX_SETTLE_S=0.3; hx_act_RELOAD plain.service')).toMatchObject({ status: 0, stderr: '' })
      expect(m.run('cat /run/plain.pid')).not.toBe(earlier)
      m.run('/etc/init.d/plain stop')
      expect(m.script('HX_SETTLE_S=0.3; hx_act_RESTART plain.service').status).toBe(0)
      expect(m.observe('unit', ['plain.service'])['plain.service']).toContain('active=no')
      expect(m.script('HX_SETTLE_S=0.3; hx_act_RESTART nosuch.service').stderr).toContain('there is no service nosuch')
      expect(m.script('HX_UNDO=yes; hx_act_RESTART nosuch.service').status).toBe(0)
    })

    it('looks without a way to write: what a script does when it is asked is done nowhere', () => {
      const writes = 'for f in /written /etc/written /run/written /tmp/written /var/written; do echo x >$f; done'
      const asked = `#!/bin/sh\ncase $1 in status) ${writes}; sysctl -w net.ipv4.ip_forward=1; exit 0 ;; esac\n`
      m.write('/etc/init.d/asked', asked, 0o755)
      m.write('/etc/init.d/unasked', `#!/bin/sh\n${writes}\n`, 0o755)
      const forward = 'cat /proc/sys/net/ipv4/ip_forward'
      const before = m.run(`${forward}; cat /proc/self/mounts`)
      for (const shell of every) {
        m.shell = shell
        expect(m.observe('unit', ['asked.service', 'unasked.service'])).toEqual({
          'asked.service': present('yes', 'no', '""'),
          'unasked.service': present('no', 'no', '""'),
        })
      }
      expect(m.run('find / -xdev -name written; find /run /tmp -name written')).toBe('')
      expect(m.run(`${forward}; cat /proc/self/mounts`)).toBe(before)
      m.shell = 'dash'
      // The same by hand does write, so that the look for it can fail.
      m.run('/etc/init.d/asked status || :')
      expect(m.run('find / -xdev -name written; find /run /tmp -name written')).toContain('/run/written')
    })

    it('tells by processes where a host permits no place that is read-only', () => {
      const ids = ['rel.service', 'plain.service', 'cron.service']
      const seen = (): string => m.script('unshare() { return 1; }; hx_observe_unit', `${ids.join('\n')}\n`).stdout
      expect(seen()).toContain('rel.service\tactive=yes')
      expect(seen()).toContain('plain.service\tactive=no')
      expect(seen()).toContain('cron.service\tactive=yes')
      m.run('/etc/init.d/rel stop')
      expect(seen()).toContain('rel.service\tactive=no')
    })
  })
}
