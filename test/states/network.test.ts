import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spaceOf } from '../../lab/host.ts'
import { type Lab, placeOf, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const body = (last = 5, more = ''): string => `
    network('hx0', {
      addresses: ['10.50.0.${last}/24', '10.51.0.5/24', '2001:db8:50::5/64'],
      gateway: ['10.50.0.1', '2001:db8:50::1'],
      routes: [{ to: '10.9.0.0/16', via: '10.51.0.254', metric: 50 }],
      dns: { servers: ['10.50.0.53'], search: ['example.org'] }, mtu: 1400,
    })
    network('hxbr', { bridge: { ports: ['hx2'], stp: true }, addresses: ['10.60.0.5/24'] })
    ${more}`

/** What the kernel has of it, but for what changes by itself; the interfaces that ssh uses too. */
const look =
  'for i in eth0 hx0 hx2 hxbr; do ip -o address show dev $i scope global | sed "s/ valid_lft.*//; s/^[0-9]*//; s/\\\\\\\\//"; done; ip route; ip -6 route | grep -v fe80; ls -A /sys/class/net; ls /sys/class/net/*/brif 2>/dev/null'

describe.skipIf(process.getuid?.() !== 0)('network with systemd-networkd on a real host', () => {
  let lab: Lab
  let site: ScratchSite
  let before: string

  /** In the host itself, past its network. */
  const inside = async (command: string): Promise<string> => {
    const init = (await tool(['ip', 'netns', 'pids', spaceOf(placeOf(lab.name), 'h1')])).trim().split('\n')[0] ?? ''
    return tool(['nsenter', '-t', init, '-a', 'sh', '-c', `{ ${command}; } 2>&1; true`])
  }
  /** systemd-networkd does its work a moment later. */
  const until = async (command: string, holds: (said: string) => boolean): Promise<string> => {
    let said = ''
    for (let n = 0; n < 60; n++) {
      said = await inside(command)
      if (holds(said)) return said
      await sleep(250)
    }
    throw new Error(`not within time: ${command}\n${said}`)
  }
  const configure = (declared: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { network, run, service } from 'hexis/resources'
export default defineSite({
  id: 'net',
  profiles: [{ id: 'debian/12', inherits: 'debian', managers: { network: 'networkd' } }],
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}', connectTimeoutSeconds: 2 } } },
  configure() {
    ${declared}
  },
})
`)
  const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', ...args])
  const changes = async (): Promise<number> => {
    const ran = await up('--json', '--allow-removals')
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  const running = "service('systemd-networkd', { running: true, enabled: true })"

  beforeAll(async () => {
    lab = await startLab(1, { name: `net${process.pid}` })
    site = scratchSite()
    await inside(
      'ip link add hx0 type veth peer name hx1; ip link set hx1 up; ip link add hx2 type veth peer name hx3; ip link set hx3 up',
    )
    before = await inside(look)
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('needs systemd-networkd to run, else all is taken back', async () => {
    configure(body())
    const ran = await up()
    expect(ran.status).toBe(3)
    expect(ran.all).toMatch(/failed: exit status 3 of: if .*systemctl is-active systemd-networkd(.|\n)*inactive/)
    expect(await inside(look)).toBe(before)
    expect(await inside('ls -A /etc/systemd/network')).toBe('')
  })

  test('two addresses, IPv6, routes and a bridge come to be, on trial; a second run changes nothing', async () => {
    configure(body(5, running))
    expect((await site.hexis(['plan'])).out).toMatch(/on trial .*05-hexis-hx0\.network.* could keep you out/)
    expect(await changes()).toBeGreaterThan(0)
    const now = await until(look, (said) => /10\.60\.0\.0\/24(.|\n)*2001:db8:50::1/.test(said))
    for (const part of ['10.50.0.5/24', '10.51.0.5/24', '2001:db8:50::5/64', '10.60.0.5/24'])
      expect(now).toContain(part)
    expect(now).toMatch(/default via 10\.50\.0\.1 dev hx0/)
    expect(now).toMatch(/10\.9\.0\.0\/16 via 10\.51\.0\.254 dev hx0 .*metric 50/)
    expect(
      await inside('ls /sys/class/net/hxbr/brif; cat /sys/class/net/hxbr/bridge/stp_state; cat /sys/class/net/hx0/mtu'),
    ).toBe('hx2\n1\n1400\n')
    expect(now).toContain('eth0    inet 10.77.0.10/24')
    expect(await changes()).toBe(0)
  })

  test('a changed address replaces the earlier one, a changed bridge is made anew', async () => {
    configure(body(6, running).replace('stp: true', 'stp: false'))
    expect(await changes()).toBe(2)
    const now = await until(look, (said) => said.includes('10.50.0.6/24') && said.includes('10.60.0.5/24'))
    expect(now).not.toContain('10.50.0.5/24')
    await until('cat /sys/class/net/hxbr/bridge/stp_state; ls /sys/class/net/hxbr/brif', (said) => said === '0\nhx2\n')
    expect(await changes()).toBe(0)
  })

  test('what fails afterwards leaves the addresses of before', async () => {
    const now = await inside(look)
    configure(
      body(7, running)
        .replace('stp: true', 'stp: false')
        .replace(
          'mtu: 1400',
          "mtu: 1400, onChange: [run('sleep 1; ip address show dev hx0 | grep 10.50.0.7 && exit 7')]",
        ),
    )
    const ran = await up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/exit status 7(.|\n)*10\.50\.0\.7/)
    await until(look, (said) => said === now)
  })

  test('an address that locks the operator out is taken back by the host itself', async () => {
    const now = await inside(look)
    configure(
      body(6, running).replace('stp: true', 'stp: false').replace("'10.51.0.5/24'", "'10.51.0.5/24', '10.77.0.1/32'"),
    )
    const ran = await up('--try', '4s')
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/error\[unconfirmed\] the changes were taken back/)
    await until(look, (said) => said === now)
  })

  test('no longer declared the interfaces are as before, and the bridge is gone', async () => {
    configure(running)
    expect(await changes()).toBeGreaterThan(0)
    await until(look, (said) => said === before)
    configure(body(5, running))
    expect(await changes()).toBeGreaterThan(0)
    await until(look, (said) => said.includes('10.60.0.5/24'))
    // Together with the service: what it left behind goes too.
    const ran = await site.hexis(['rollback', '--on', 'h1', '--to', '0', '--yes'])
    expect(ran.status, ran.all).toBe(0)
    await until(look, (said) => said === before)
    expect(await inside('ls -A /etc/systemd/network')).toBe('')
  })
})
