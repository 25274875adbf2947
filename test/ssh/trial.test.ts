import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { spaceOf } from '../../lab/host.ts'
import { type Lab, placeOf, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

const port = `r.file('/etc/ssh/sshd_config.d/port.conf', { content: 'Port 2022\\n', onChange: r.restart('ssh') })`

const firewall = (rules: string): string =>
  `r.file('/etc/nftables.conf', {
      content: 'flush ruleset\\ntable inet filter {\\n chain input {\\n  type filter hook input priority 0;\\n  ${rules}\\n }\\n}\\n',
      mode: '0755', validate: 'nft -c -f %s',
    })
    r.service('nftables', { running: true, enabled: true, restartOn: ['file:/etc/nftables.conf'] })`

/** Everything that a person at the keyboard of the host would look at. */
const look =
  'cat /etc/nftables.conf; stat -c "%n %a %U %G %Y" /etc/nftables.conf /etc/ssh/sshd_config.d/*; nft list ruleset; systemctl is-active ssh nftables; systemctl is-enabled ssh nftables; find /etc/systemd /etc/cron.d -name "hexis*" 2>/dev/null; ls /var/lib/hexis/sites/*/ledger 2>/dev/null'

describe.skipIf(process.getuid?.() !== 0)('a trial on a real host', () => {
  let lab: Lab
  let site: ScratchSite

  /** In the host itself, past its network. */
  const inside = async (command: string): Promise<string> => {
    const init = (await tool(['ip', 'netns', 'pids', spaceOf(placeOf(lab.name), 'h1')])).trim().split('\n')[0] ?? ''
    return tool(['nsenter', '-t', init, '-a', 'sh', '-c', `${command}; true`])
  }
  const until = async (what: string, command: string, wanted: RegExp): Promise<void> => {
    let seen = ''
    for (let n = 0; n < 120; n++) {
      seen = await inside(command).catch(String)
      if (wanted.test(seen)) return
      await sleep(250)
    }
    throw new Error(`not within time: ${what}\n${seen}`)
  }
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({
  id: 'trial',
  hosts: { h1: { ssh: { configFile: './ssh_config', connectTimeoutSeconds: 2 } } },
  configure() {
    ${body}
  },
})
`)
  const ended = 'cat /var/lib/hexis/journal/*/end 2>/dev/null | tail -n 1'

  beforeAll(async () => {
    lab = await startLab(1, { name: `trial${process.pid}` })
    await inside('touch -d 2001-01-01 /etc/nftables.conf')
  }, 700_000)
  afterAll(() => lab?.stop())
  beforeEach(() => {
    site = scratchSite()
    // The user's own ControlMaster is on: a trial may not be confirmed through it.
    const shared = `Host *\n  ControlMaster auto\n  ControlPath ${join(site.folder, 'cm-%C')}\n  ControlPersist 30\n`
    site.write(`${shared}\n${readFileSync(lab.sshConfig, 'utf8')}`, 'ssh_config')
  })
  afterEach(async () => {
    await inside('rm -rf /var/lib/hexis/journal/*')
    site.dispose()
  })

  test.each([
    ['another port of sshd', port, 'file:/etc/ssh/sshd_config.d/port.conf'],
    ['a rule that drops only new connections', firewall('tcp dport 22 ct state new drop'), 'file:/etc/nftables.conf'],
    ['a rule that drops everything', firewall('iif != lo drop'), 'file:/etc/nftables.conf'],
  ])('%s locks nobody out: the host comes back by itself', async (_, body) => {
    const before = await inside(look)
    configure(body)
    const plan = await site.hexis(['plan'])
    expect(plan.out).toMatch(/on trial {1,2}taken back by the host unless .* within 60 s; .* could keep you out/)
    const ran = await site.hexis(['up', '--yes', '--try', '4s'])
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toContain('error[unconfirmed] the changes were taken back: no new connection')
    expect(ran.all).toContain('Everything that this run had changed on the host was put back.')
    expect(await inside(look)).toBe(before)
    expect((await site.hexis(['drift'])).status).toBe(0)
  })

  test('what keeps nobody out stays, is confirmed over a new connection, and can be rolled back', async () => {
    const before = await inside(look)
    configure(firewall('tcp dport 9 drop'))
    const ran = await site.hexis(['up', '--yes'])
    expect(ran.status, ran.all).toBe(0)
    expect(await inside(look)).toContain('tcp dport 9 drop')
    expect(await inside('find /etc/systemd -name "hexis*"')).toBe('')
    expect((await site.hexis(['rollback', '--to', '0', '--yes'])).status).toBe(0)
    expect((await inside(look)).replace(/^\/var\/lib.*\n/m, '')).toBe(before)
    expect(await site.hexis(['forget', 'h1', '--yes'])).toMatchObject({ status: 0 })
  })

  test('a crash of the host in that time: it comes back by itself at its next start', async () => {
    const before = await inside(look)
    configure(port)
    const up = site.hexis(['up', '--yes', '--try', '60s'])
    await until('the trial', 'cat /var/lib/hexis/journal/*/log', /^trying 60$/m)
    await lab.kill('h1')
    await lab.boot('h1')
    await until('the way back', ended, /^end undone/)
    expect(await inside(look)).toBe(before)
    const ran = await up
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toContain('unconfirmed')
  })

  test('a crash of its process in that time: the guard takes it back', async () => {
    const before = await inside(look)
    configure(port)
    const up = site.hexis(['up', '--yes', '--try', '60s'])
    await until('the trial', 'cat /var/lib/hexis/journal/*/log', /^trying 60$/m)
    await inside('kill -9 $(sed -n "s/^begin \\([0-9]*\\) .*/\\1/p" /var/lib/hexis/journal/*/log)')
    await until('the way back', ended, /^end undone/)
    expect(await inside(look)).toBe(before)
    const ran = await up
    expect(ran.status, ran.all).toBe(3)
  })

  test('hexis confirm decides from elsewhere; where nothing is on trial it says so', async () => {
    configure(port)
    expect(await site.hexis(['confirm'])).toMatchObject({ status: 3 })
    const before = await inside(look)
    const up = site.hexis(['up', '--yes', '--try', '60s'])
    await until('the trial', 'cat /var/lib/hexis/journal/*/log', /^trying 60$/m)
    // The other port is the one way in.
    site.write(
      readFileSync(join(site.folder, 'ssh_config'), 'utf8').replace('Host *\n', 'Host *\n  Port 2022\n'),
      'new',
    )
    site.write(readFileSync(join(site.folder, 'site.ts'), 'utf8').replace('./ssh_config', './new'))
    const told = await site.hexis(['confirm', '--revert'])
    expect(told.status, told.all).toBe(0)
    expect(told.out).toContain('Done: 1 undone')
    expect(await inside(look)).toBe(before)
    expect((await up).status).toBe(3)
  })
})
