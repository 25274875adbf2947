import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const residue = join(import.meta.dirname, '../../docs/spec/residue.md')

interface Said {
  readonly calendar?: string
  readonly nice?: number
  readonly tries?: string
  readonly score?: number
  readonly more?: string
}

/** What the tests vary stands in braces. */
const declared = ({
  calendar = '*-*-* *:*:0/2',
  nice = 3,
  tries = '4',
  score = -500,
  more = '',
}: Said = {}): string => `
    cron('report', { schedule: '*/5 8-18 * * mon-fri', user: 'admin', command: 'date +%F >>/tmp/report', env: { MAILTO: '' } })
    const app = unit('app', {
      sections: {
        Unit: { Description: '100%% of the app' },
        Service: { ExecStart: '/usr/local/bin/app', Nice: ${nice}, Environment: ['A=b', 'C=d'] },
        Install: { WantedBy: 'multi-user.target' },
      },
    })
    file('/usr/local/bin/app', { content: '#!/bin/sh\\nexec sleep 1000000\\n', mode: '0755' })
    service('app', { running: true, enabled: true, restartOn: app })
    unit('sshd', { dropIn: 'score', sections: { Service: { OOMScoreAdjust: ${score} } } })
    timer('tick', {
      onCalendar: '${calendar}', accuracy: '1ms', user: 'admin', env: { WHO: "it's 100% \\\\ \\"me\\"" },
      command: 'for n in 1 2; do printf "%s-%s\\\\n" "$WHO" $n; done\\nid -un',
    })
    template('/etc/app.conf', { source: './app.conf.tmpl', mode: '0640', vars: { workers: 2, peers: [{ name: 'web2', port: 80 }] } })
    sshd('00-shop', { settings: { MaxAuthTries: '${tries}', AllowGroups: ['root', 'admin'] }, match: { 'User nobody': { X11Forwarding: false } } })
    ${more}`

describe.skipIf(process.getuid?.() !== 0)('cron, unit, timer, template and sshd on a host with systemd', () => {
  let lab: Lab
  let site: ScratchSite
  let before: readonly string[]

  const on = (command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, 'h1', command])
  const snapshot = async (): Promise<readonly string[]> => {
    await on('sync')
    const text = execFileSync(join(import.meta.dirname, 'snapshot'), [lab.hosts[0]?.root ?? '', residue], {
      maxBuffer: 256 * 1024 * 1024,
    })
    return text.toString('utf8').split('\n')
  }
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { cron, exec, file, reload, service, sshd, template, timer, unit } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {${body}
  },
})
`)
  const up = async (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', ...args])
  const changes = async (): Promise<number> => {
    const ran = await up('--json')
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  /** How often systemd has read its unit files. */
  const readings = async (): Promise<number> =>
    Number(await on('journalctl -q -o cat _PID=1 | grep -c ^Reloading || :'))

  beforeAll(async () => {
    lab = await startLab(1, { name: `confres${process.pid}` })
    site = scratchSite()
    site.write('workers = {{ workers }}\n{{#each peers}}\npeer {{ name }}:{{ port }}\n{{/each}}\n', 'app.conf.tmpl')
    await on(
      'cd /etc/systemd/system; printf "[Service]\\nExecStart=/bin/sleep 99999\\n" >old.service; touch -d 2020-01-01 old.service; systemctl start old',
    )
    before = await snapshot()
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('are refused before anything is asked of the host, with what is allowed', async () => {
    configure(
      declared({
        calendar: '25:00',
        more: "cron('bad', { schedule: '61 * * * *', command: 'x' }); template('/etc/x', { source: './app.conf.tmpl', vars: { workers: 2 } })",
      }),
    )
    const ran = await site.hexis(['check'])
    expect(ran.status).toBe(1)
    expect(ran.all).toContain("timer 'tick': onCalendar: hour '25': 0 to 23 are allowed")
    expect(ran.all).toContain("cron 'bad': schedule: minute '61': 0 to 59 are allowed")
    expect(ran.all).toContain("the variable 'peers' is missing, in app.conf.tmpl")
    expect(ran.all).toContain('app.conf.tmpl:2:1')
    expect(ran.all).toMatch(/site\.ts:\d+:\d+/)
  })

  test('come to be, and a second run changes nothing', async () => {
    configure(declared())
    expect(await changes()).toBeGreaterThan(8)
    expect(await on('stat -c "%a %U" /etc/cron.d/report; cat /etc/cron.d/report')).toBe(
      '644 root\nMAILTO=""\n*/5 8-18 * * 1-5 admin date +\\%F >>/tmp/report\n',
    )
    expect((await on('systemctl show -p ActiveState,Nice,Environment,Description app')).split('\n').toSorted()).toEqual(
      ['', 'ActiveState=active', 'Description=100% of the app', 'Environment=A=b C=d', 'Nice=3'],
    )
    expect(await on('systemctl show -p OOMScoreAdjust ssh; systemctl is-enabled tick.timer app')).toBe(
      'OOMScoreAdjust=-500\nenabled\nenabled\n',
    )
    expect(await on('cat /etc/app.conf; /usr/sbin/sshd -T | grep maxauth')).toBe(
      'workers = 2\npeer web2:80\nmaxauthtries 4\n',
    )
    const read = await readings()
    expect(await changes()).toBe(0)
    expect(await readings()).toBe(read)
  })

  test('a timer runs its command word by word, as its user', async () => {
    let said = ''
    for (let n = 0; n < 40 && !said.includes('admin'); n++) {
      await sleep(250)
      said = await on('journalctl -q -o cat -t sh -u tick.service | head -n 3')
    }
    expect(said).toBe('it\'s 100% \\ "me"-1\nit\'s 100% \\ "me"-2\nadmin\n')
  })

  test('a changed unit restarts its service, a changed time holds at once, and files are read again', async () => {
    const [pid, read] = [await on('systemctl show -p MainPID app'), await readings()]
    configure(declared({ nice: 5, calendar: 'Mon *-*-01 00:00' }))
    expect(await changes()).toBe(2)
    expect(await on('systemctl show -p MainPID app')).not.toBe(pid)
    expect(await on('systemctl show -p Nice app')).toBe('Nice=5\n')
    expect(await on('systemctl show -p TimersCalendar tick.timer')).toContain('Mon *-*-01 00:00:00')
    expect(await on('systemctl show -p NextElapseUSecRealtime tick.timer')).toMatch(/=Mon .*-01 00:00:00/)
    expect(await readings()).toBe(read + 1)
    expect(await changes()).toBe(0)
  })

  test('what systemd and sshd refuse changes nothing', async () => {
    const now = await snapshot()
    configure(declared({ nice: 5, calendar: 'Mon *-*-01 00:00', tries: 'many' }))
    const sshd = await up()
    expect(sshd.status).toBe(3)
    expect(sshd.all).toMatch(/validation failed.*\/usr\/sbin\/sshd -t/)
    expect(sshd.all).toMatch(/00-shop|integer|number/)
    configure(
      `unit('odd', { sections: { Service: { ExecStart: '/bin/true', Restrt: 'always' } } })${declared({ nice: 5, calendar: 'Mon *-*-01 00:00' })}`,
    )
    const odd = await up()
    expect(odd.status).toBe(3)
    expect(odd.all).toContain("odd.service:3: Unknown key 'Restrt' in section [Service]")
    expect(odd.all).toMatch(/site\.ts:6:\d+/)
    expect(await snapshot()).toEqual(now)
  })

  test('what fails afterwards is taken back, also from what systemd has read', async () => {
    const now = await snapshot()
    const extra =
      "unit('extra', { sections: { Service: { ExecStart: '/bin/sleep 100000' }, Install: { WantedBy: 'multi-user.target' } } }); service('extra', { running: true, enabled: true })"
    configure(
      declared({
        nice: 5,
        calendar: 'Mon *-*-01 00:00',
        score: -600,
        more: `${extra}; exec('fails', { command: 'false', undo: 'true' })`,
      }),
    )
    const ran = await up()
    expect(ran.status).toBe(3)
    expect(ran.all).toContain('done UNIT extra.service')
    expect(ran.all).toContain('undone COPY /etc/systemd/system/ssh.service.d/score.conf')
    expect(await on('systemctl show -p OOMScoreAdjust,NeedDaemonReload ssh; systemctl show -p LoadState extra')).toBe(
      'OOMScoreAdjust=-500\nNeedDaemonReload=no\nLoadState=not-found\n',
    )
    expect(await snapshot()).toEqual(now)
  })

  test('a unit file from before comes back, also in what runs', async () => {
    const nice = 'systemctl show -p Nice old; ps -o ni= -p $(systemctl show -p MainPID --value old)'
    configure(
      declared({
        more: "service('old', { running: true, restartOn: unit('old', { sections: { Service: { ExecStart: '/bin/sleep 88888', Nice: 7 } } }) })",
      }),
    )
    await changes()
    expect(await on(nice)).toBe('Nice=7\n  7\n')
    configure(declared())
    expect(await changes()).toBe(1)
    expect(await on(nice)).toBe('Nice=0\n  0\n')
  })

  test('a subsystem that only its own drop-in defines can change', async () => {
    await on("cp -a /etc/ssh/sshd_config /root/kept; sed -i '/^Subsystem/d' /etc/ssh/sshd_config")
    const subsystem = (path: string): string => `sshd('10-sftp', { settings: { Subsystem: 'sftp ${path}' } })`
    configure(declared({ more: subsystem('internal-sftp') }))
    await changes()
    configure(declared({ more: subsystem('/usr/lib/openssh/sftp-server') }))
    expect(await changes()).toBe(1)
    expect(await on('/usr/sbin/sshd -T | grep subsystem')).toBe('subsystem sftp /usr/lib/openssh/sftp-server\n')
  })

  test('a drop-in that nothing would read is refused', async () => {
    await on("sed -i 's/^Include/#Include/' /etc/ssh/sshd_config")
    configure(declared({ tries: '5' }))
    const ran = await up()
    expect(ran.status).toBe(3)
    expect(ran.all).toContain('/etc/ssh/sshd_config does not include /etc/ssh/sshd_config.d')
    await on('mv /root/kept /etc/ssh/sshd_config')
  })

  test('taken away they leave the host as it was, and a timer can be kept away', async () => {
    configure("\n    timer('tick', { absent: true }); unit('app', { absent: true })")
    const gone = await up('--allow-removals')
    expect(gone.status, gone.all).toBe(0)
    expect(await changes()).toBe(0)
    expect(await on('systemctl show -p LoadState tick.timer app.service')).toBe(
      'LoadState=not-found\n\nLoadState=not-found\n',
    )
    expect(await on('systemctl show -p OOMScoreAdjust ssh; /usr/sbin/sshd -T | grep maxauth')).toBe(
      'OOMScoreAdjust=0\nmaxauthtries 6\n',
    )
    const ran = await site.hexis(['rollback', '--on', 'h1', '--to', '0', '--yes'])
    expect(ran.status, ran.all).toBe(0)
    const now = await snapshot()
    const [was, is] = [new Set(before), new Set(now)]
    expect([...before.filter((line) => !is.has(line)), ...now.filter((line) => !was.has(line))]).toEqual([])
  })
})
