import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type NetworkHost, networkHost } from './network-host.ts'

const body = (last = 5, stp = true, more = ''): string => `
    network('hx0', {
      addresses: ['10.50.0.${last}/24', '10.51.0.5/24', '2001:db8:50::5/64'${more}],
      gateway: ['10.50.0.1', '2001:db8:50::1'],
      routes: [{ to: '10.9.0.0/16', via: '10.51.0.254', metric: 50 }],
      dns: { servers: ['10.50.0.53'], search: ['example.org'] }, mtu: 1400,
    })
    network('hxbr', { bridge: { ports: ['hx2'], stp: ${stp} }, addresses: ['10.60.0.5/24'] })`

/** Alpine's is packaged for Debian too. */
const programs = [
  { program: 'ifupdown', packages: 'ifupdown', manager: 'ifupdown', read: 'source /etc/network/interfaces.d/*' },
  {
    program: 'ifupdown-ng',
    packages: 'ifupdown-ng libbsd0',
    manager: 'alpine',
    read: 'source-directory /etc/network/interfaces.d',
  },
] as const

describe.skipIf(process.getuid?.() !== 0).each(programs)('network with $program on a real host', (which) => {
  let host: NetworkHost
  let before: string

  beforeAll(async () => {
    const lo = `printf "${which.read}\\nauto lo\\niface lo inet loopback\\n" >/etc/network/interfaces`
    const first = `mkdir -p /run/network /etc/network/interfaces.d; ${lo}`
    host = await networkHost(which.manager, { packages: which.packages, first })
    before = await host.look()
  }, 700_000)
  afterAll(() => host?.stop())

  test('addresses, routes and a bridge come to be, on trial; a second run changes nothing', async () => {
    host.configure(body())
    expect((await host.site.hexis(['plan'])).out).toMatch(/on trial .*interfaces\.d\/hexis-hx0.* could keep you out/)
    expect(await host.changes()).toBeGreaterThan(0)
    const now = await host.look()
    for (const part of ['10.50.0.5/24', '10.51.0.5/24', '2001:db8:50::5/64', '10.60.0.5/24', '10.77.0.10/24'])
      expect(now).toContain(part)
    expect(now).toMatch(/default via 10\.50\.0\.1 dev hx0/)
    expect(now).toMatch(/default via 2001:db8:50::1 dev hx0/)
    expect(now).toMatch(/10\.9\.0\.0\/16 via 10\.51\.0\.254 dev hx0 .*metric 50/)
    const device = 'ls /sys/class/net/hxbr/brif; cat /sys/class/net/hxbr/bridge/stp_state /sys/class/net/hx0/mtu'
    expect(await host.inside(device)).toBe('hx2\n1\n1400\n')
    expect(await host.changes()).toBe(0)
  })

  test('what changed takes the place of what was', async () => {
    host.configure(body(6, false))
    expect(await host.changes()).toBe(2)
    const now = await host.look()
    expect(now).toContain('10.50.0.6/24')
    expect(now).toContain('10.60.0.5/24')
    expect(now).not.toContain('10.50.0.5/24')
    expect(await host.inside('cat /sys/class/net/hxbr/bridge/stp_state; ls /sys/class/net/hxbr/brif')).toBe('0\nhx2\n')
    expect(await host.changes()).toBe(0)
  })

  test('what ifupdown cannot do is taken back', async () => {
    const now = await host.look()
    host.configure(body(6, false).replace('10.51.0.254', '10.99.0.254'))
    const ran = await host.up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/Nexthop has invalid gateway|Network is unreachable/)
    expect(await host.look()).toBe(now)
  })

  test('an address that locks the operator out is taken back by the host itself', async () => {
    const now = await host.look()
    host.configure(body(6, false, ", '10.77.0.1/32'"))
    const ran = await host.up('--try', '4s')
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/error\[unconfirmed\] the changes were taken back/)
    expect(await host.look()).toBe(now)
  })

  test('no longer declared the interfaces are as before, and the bridge is gone', async () => {
    host.configure('')
    expect(await host.changes()).toBeGreaterThan(0)
    expect(await host.look()).toBe(before)
    expect(await host.inside('ls -A /etc/network/interfaces.d; cat /etc/network/interfaces')).toBe(
      `${which.read}\nauto lo\niface lo inet loopback\n`,
    )
  })
})
