import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spaceOf } from '../../lab/host.ts'
import { type Lab, placeOf, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { firewall } from '../../src/resources/index.ts'
import { lowered } from '../lowered.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const rules = `rules: [
  { protocol: 'tcp', ports: [22, '8000-8001'], from: ['10.0.0.0/8', '2001:db8::/32'] },
  { verdict: 'drop', protocol: 'tcp', ports: 8002, from: '10.77.0.1' },
  { protocol: 'tcp', ports: [8002, 8003] },
]`

/** What people would look at; the order of tables, and counters, say nothing. */
const files = `tail -n +1 /etc/ufw/user.rules /etc/ufw/user6.rules /etc/ufw/ufw.conf /etc/default/ufw /etc/firewalld/firewalld.conf
find /etc/firewalld -printf '%p %y %m %u:%g\\n' | sort; systemctl is-enabled firewalld ufw || :`

describe.skipIf(process.getuid?.() !== 0)('firewalld and ufw on a real host', () => {
  let lab: Lab
  let site: ScratchSite

  /** In the host itself, past its network. */
  const inside = async (command: string): Promise<string> => {
    const init = (await tool(['ip', 'netns', 'pids', spaceOf(placeOf(lab.name), 'h1')])).trim().split('\n')[0] ?? ''
    return tool(['nsenter', '-t', init, '-a', 'sh', '-c', `${command}; true`])
  }
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { firewall, service } from 'hexis/resources'
export default defineSite({
  id: 'wall',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}', connectTimeoutSeconds: 2 } } },
  configure() {
    ${body}
  },
})
`)
  const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', ...args])
  const changes = async (): Promise<number> => {
    const ran = await up('--json', '--allow-removals')
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  /** Which of these ports a neighbour reaches. */
  const open = async (): Promise<readonly number[]> => {
    const address = lab.hosts[0]?.address ?? ''
    const reached = await Promise.all(
      [22, 8000, 8001, 8002, 8003, 8004].map(async (port) => {
        const look = `exec 3<>/dev/tcp/${address}/${port}`
        const enter = ['nsenter', `--net=/run/netns/${lab.space}`, 'timeout', '2', 'bash', '-c', look] as const
        return tool([...enter]).then(
          () => [port],
          () => [],
        )
      }),
    )
    return reached.flat()
  }

  beforeAll(async () => {
    lab = await startLab(1, { name: `walls${process.pid}`, systems: ['firewalls'] })
    site = scratchSite()
    for (const port of [8000, 8001, 8002, 8003, 8004]) await inside(`systemd-run -q python3 -m http.server ${port}`)
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('a rule set of nftables beside firewalld is refused, and the owner is named', async () => {
    configure(`firewall('main', { ${rules} })`)
    const plan = await site.hexis(['plan'])
    expect(plan.status).toBe(1)
    expect(plan.all).toContain(
      "firewall 'main': firewalld rules the firewall of this host, and the profile debian/12 says nftables",
    )
    expect(plan.all).toContain("Say manager: 'firewalld' here")
    expect((await site.hexis(['facts', '--json'])).out).toContain('"firewall": "firewalld"')
  })

  let before: string

  test('firewalld takes the rules as its default zone, on trial, and a second run changes nothing', async () => {
    before = await inside(`${files}; firewall-cmd --get-default-zone; nft list table inet firewalld`)
    configure(`firewall('main', { ${rules}, manager: 'firewalld' })`)
    expect((await site.hexis(['plan'])).out).toMatch(/on trial .*hexis-main\.xml.* could keep you out/)
    expect(await changes()).toBeGreaterThan(0)
    expect(await inside('firewall-cmd --get-default-zone; firewall-cmd --get-active-zones || :')).toMatch(
      /^hexis-main\n/,
    )
    expect(await open()).toEqual([22, 8000, 8001, 8003])
    expect(await changes()).toBe(0)
  })

  test('what firewalld refuses never takes its place', async () => {
    const now = await inside(files)
    configure(`firewall('main', { rules: [{ protocol: 'tcp', ports: 22 }], manager: 'firewalld' })`)
    await inside('printf "<zone>" >/etc/firewalld/zones/broken.xml')
    const refused = await up()
    await inside('rm /etc/firewalld/zones/broken.xml')
    expect(refused.status).not.toBe(0)
    expect(await inside(files)).toBe(now)
  })

  test('a zone that would lock the operator out comes back by itself', async () => {
    const now = await inside(`${files}; nft list table inet firewalld`)
    configure(`firewall('main', { rules: [{ protocol: 'tcp', ports: 8000 }], manager: 'firewalld' })`)
    const ran = await up('--try', '3s')
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toContain('error[unconfirmed] the changes were taken back')
    expect(await inside(`${files}; nft list table inet firewalld`)).toBe(now)
  })

  test('a rollback to nothing brings the earlier zone back', async () => {
    const back = await site.hexis(['rollback', '--on', 'h1', '--to', '0', '--yes'])
    expect(back.status, back.all).toBe(0)
    expect(await inside(`${files}; firewall-cmd --get-default-zone; nft list table inet firewalld`)).toBe(before)
  })

  test('ufw takes the rules where firewalld is ended in the same run', async () => {
    before = await inside(files)
    configure(`
    const off = service('firewalld', { enabled: false, running: false })
    firewall('main', { ${rules}, manager: 'ufw', after: off })`)
    expect(await changes()).toBeGreaterThan(0)
    expect(await inside('ufw status')).toMatch(/^Status: active\n.*22\/tcp +ALLOW +10.0.0.0\/8/s)
    expect(await open()).toEqual([22, 8000, 8001, 8003])
    expect(await changes()).toBe(0)
    expect((await site.hexis(['facts', '--json'])).out).toContain('"firewall": "ufw"')
  })

  test('a rollback to nothing turns ufw off, and firewalld runs again', async () => {
    const back = await site.hexis(['rollback', '--on', 'h1', '--to', '0', '--yes'])
    expect(back.status, back.all).toBe(0)
    expect(await inside(files)).toBe(before)
    expect(await inside('ufw status; systemctl is-active firewalld')).toBe('Status: inactive\nactive\n')
    expect(await open()).toContain(22)
  })

  test('the rules of ufw are to the byte what ufw itself writes', async () => {
    const { contents } = await lowered(() =>
      firewall('main', {
        manager: 'ufw',
        rules: [
          { protocol: 'tcp', ports: 22 },
          { protocol: 'tcp', ports: '8000-8100', from: '10.0.0.0/8' },
          { protocol: 'tcp', ports: '8000-8100', from: '10.0.0.0/8', to: '10.1.0.1', interface: 'eth1' },
          { verdict: 'drop', from: '203.0.113.7', to: '10.0.0.1', interface: 'eth1', comment: 'a b' },
          { protocol: 'udp', ports: 53, from: '2001:db8::/32', to: '2001:db8::1' },
          { chain: 'output', verdict: 'reject', protocol: 'tcp', ports: 25, interface: 'eth0' },
          { verdict: 'reject', protocol: 'udp', ports: 113 },
          { protocol: 'esp', to: '10.0.0.1' },
          { verdict: 'reject' },
        ],
      }),
    )
    const commands = [
      'allow 22/tcp',
      'allow proto tcp from 10.0.0.0/8 to any port 8000:8100',
      'allow in on eth1 proto tcp from 10.0.0.0/8 to 10.1.0.1 port 8000:8100',
      "deny in on eth1 from 203.0.113.7 to 10.0.0.1 comment 'a b'",
      'allow proto udp from 2001:db8::/32 to 2001:db8::1 port 53',
      'reject out on eth0 proto tcp to any port 25',
      'reject 113/udp',
      'allow proto esp from any to 10.0.0.1',
      'reject from any to any',
    ]
    await inside(`systemctl stop firewalld; ufw --force enable; ${commands.map((one) => `ufw ${one}`).join('; ')}`)
    expect(contents).toEqual([await inside('cat /etc/ufw/user.rules'), await inside('cat /etc/ufw/user6.rules')])
  })
})
