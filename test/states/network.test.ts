import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type NetworkHost, networkHost } from './network-host.ts'

const body = (last = 5, more = ''): string => `
    network('hx0', {
      addresses: ['10.50.0.${last}/24', '10.51.0.5/24', '2001:db8:50::5/64'],
      gateway: ['10.50.0.1', '2001:db8:50::1'],
      routes: [{ to: '10.9.0.0/16', via: '10.51.0.254', metric: 50 }],
      dns: { servers: ['10.50.0.53'], search: ['example.org'] }, mtu: 1400,
    })
    network('hxbr', { bridge: { ports: ['hx2'], stp: true }, addresses: ['10.60.0.5/24'] })
    ${more}`

describe.skipIf(process.getuid?.() !== 0)('network with systemd-networkd on a real host', () => {
  let host: NetworkHost
  let before: string
  const running = "service('systemd-networkd', { running: true, enabled: true })"

  beforeAll(async () => {
    host = await networkHost('networkd')
    before = await host.look()
  }, 700_000)
  afterAll(() => host?.stop())

  test('needs systemd-networkd to run, else all is taken back', async () => {
    host.configure(body())
    const ran = await host.up()
    expect(ran.status).toBe(3)
    expect(ran.all).toMatch(/failed: exit status 3 of: if .*systemctl is-active systemd-networkd(.|\n)*inactive/)
    expect(await host.look()).toBe(before)
    expect(await host.inside('ls -A /etc/systemd/network')).toBe('')
  })

  test('two addresses, IPv6, routes and a bridge come to be, on trial; a second run changes nothing', async () => {
    host.configure(body(5, running))
    expect((await host.site.hexis(['plan'])).out).toMatch(/on trial .*05-hexis-hx0\.network.* could keep you out/)
    expect(await host.changes()).toBeGreaterThan(0)
    const now = await host.until((said) => /10\.60\.0\.0\/24(.|\n)*2001:db8:50::1/.test(said))
    for (const part of ['10.50.0.5/24', '10.51.0.5/24', '2001:db8:50::5/64', '10.60.0.5/24'])
      expect(now).toContain(part)
    expect(now).toMatch(/default via 10\.50\.0\.1 dev hx0/)
    expect(now).toMatch(/10\.9\.0\.0\/16 via 10\.51\.0\.254 dev hx0 .*metric 50/)
    expect(
      await host.inside(
        'ls /sys/class/net/hxbr/brif; cat /sys/class/net/hxbr/bridge/stp_state; cat /sys/class/net/hx0/mtu',
      ),
    ).toBe('hx2\n1\n1400\n')
    expect(now).toContain('eth0    inet 10.77.0.10/24')
    expect(await host.changes()).toBe(0)
  })

  test('a changed address replaces the earlier one, a changed bridge is made anew', async () => {
    host.configure(body(6, running).replace('stp: true', 'stp: false'))
    expect(await host.changes()).toBe(2)
    const now = await host.until((said) => said.includes('10.50.0.6/24') && said.includes('10.60.0.5/24'))
    expect(now).not.toContain('10.50.0.5/24')
    const device = 'cat /sys/class/net/hxbr/bridge/stp_state; ls /sys/class/net/hxbr/brif'
    await host.until((said) => said === '0\nhx2\n', device)
    expect(await host.changes()).toBe(0)
  })

  test('what fails afterwards leaves the addresses of before', async () => {
    const now = await host.look()
    host.configure(
      body(7, running)
        .replace('stp: true', 'stp: false')
        .replace(
          'mtu: 1400',
          "mtu: 1400, onChange: [run('sleep 1; ip address show dev hx0 | grep 10.50.0.7 && exit 7')]",
        ),
    )
    const ran = await host.up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/exit status 7(.|\n)*10\.50\.0\.7/)
    await host.until((said) => said === now)
  })

  test('an address that locks the operator out is taken back by the host itself', async () => {
    const now = await host.look()
    host.configure(
      body(6, running).replace('stp: true', 'stp: false').replace("'10.51.0.5/24'", "'10.51.0.5/24', '10.77.0.1/32'"),
    )
    const ran = await host.up('--try', '4s')
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/error\[unconfirmed\] the changes were taken back/)
    await host.until((said) => said === now)
  })

  test('no longer declared the interfaces are as before, and the bridge is gone', async () => {
    host.configure(running)
    expect(await host.changes()).toBeGreaterThan(0)
    await host.until((said) => said === before)
    host.configure(body(5, running))
    expect(await host.changes()).toBeGreaterThan(0)
    await host.until((said) => said.includes('10.60.0.5/24'))
    // Together with the service: what it left behind goes too.
    const ran = await host.site.hexis(['rollback', '--on', 'h1', '--to', '0', '--yes'])
    expect(ran.status, ran.all).toBe(0)
    await host.until((said) => said === before)
    expect(await host.inside('ls -A /etc/systemd/network')).toBe('')
  })
})
