import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type NetworkHost, networkHost } from './network-host.ts'

const body = (last = 5, stp = true, more = ''): string => `
    network('hx0', {
      addresses: ['10.50.0.${last}/24', '10.51.0.5/24', '2001:db8:50::5/64'${more}],
      gateway: ['10.50.0.1', '2001:db8:50::1'],
      routes: [{ to: '10.9.0.0/16', via: '10.51.0.254', metric: 50 }, { to: '10.8.0.0/16' }, { to: '10.7.0.0/16', metric: 3 }],
      dns: { servers: ['10.50.0.53'], search: ['example.org'] }, mtu: 1400,
    })
    network('hxbr', { bridge: { ports: ['hx2'], stp: ${stp} }, addresses: ['10.60.0.5/24'] })`

/** NetworkManager 1.42 and what it needs beyond a small Debian. */
const packages =
  'network-manager sgml-base readline-common udev libbluetooth3 libbrotli1 libsasl2-modules-db libsasl2-2 libldap-2.5-0 libnghttp2-14 libpsl5 librtmp1 libssh2-1 libcurl3-gnutls libduktape207 libglib2.0-0 libmm-glib0 libndp0 libslang2 libnewt0.52 libnm0 libpolkit-gobject-1-0 libpolkit-agent-1-0 libreadline8 libteamdctl0 xml-core polkitd'

/** The interface of ssh stays out of its hands. */
const leaveSsh =
  'mkdir -p /etc/NetworkManager/conf.d; printf "[main]\\nno-auto-default=*\\ndns=none\\n[keyfile]\\nunmanaged-devices=interface-name:eth0\\n" >/etc/NetworkManager/conf.d/lab.conf'

describe.skipIf(process.getuid?.() !== 0)('network with NetworkManager on a real host', () => {
  let host: NetworkHost
  let before: string

  beforeAll(async () => {
    host = await networkHost('networkmanager', { packages, how: 'install', first: leaveSsh })
    expect(await host.inside('systemctl is-active NetworkManager')).toBe('active\n')
    before = await host.look()
  }, 700_000)
  afterAll(() => host?.stop())

  test('addresses, routes and a bridge come to be, on trial; a second run changes nothing', async () => {
    host.configure(body())
    expect((await host.site.hexis(['plan'])).out).toMatch(/on trial .*hexis-hx0\.nmconnection.* could keep you out/)
    expect(await host.changes()).toBe(3)
    const now = await host.until((said) => said.includes('10.60.0.5/24'))
    for (const part of ['10.50.0.5/24', '10.51.0.5/24', '2001:db8:50::5/64', '10.77.0.10/24'])
      expect(now).toContain(part)
    expect(now).toMatch(/default via 10\.50\.0\.1 dev hx0/)
    expect(now).toMatch(/default via 2001:db8:50::1 dev hx0/)
    expect(now).toMatch(/10\.9\.0\.0\/16 via 10\.51\.0\.254 dev hx0 .*metric 50/)
    expect(now).toMatch(/10\.8\.0\.0\/16 dev hx0 .*scope link/)
    expect(now).toMatch(/10\.7\.0\.0\/16 dev hx0 .*scope link metric 3/)
    const device = 'ls /sys/class/net/hxbr/brif; cat /sys/class/net/hxbr/bridge/stp_state /sys/class/net/hx0/mtu'
    expect(await host.inside(device)).toBe('hx2\n1\n1400\n')
    expect(await host.inside('nmcli -g ipv4.dns,ipv4.dns-search connection show hexis-hx0')).toBe(
      '10.50.0.53\nexample.org\n',
    )
    expect(await host.changes()).toBe(0)
  })

  test('what changed takes the place of what was', async () => {
    host.configure(body(6, false))
    expect(await host.changes()).toBe(2)
    const now = await host.until((said) => said.includes('10.60.0.5/24'))
    expect(now).toContain('10.50.0.6/24')
    expect(now).not.toContain('10.50.0.5/24')
    expect(await host.inside('cat /sys/class/net/hxbr/bridge/stp_state; ls /sys/class/net/hxbr/brif')).toBe('0\nhx2\n')
    expect(await host.changes()).toBe(0)
  })

  test('an address that locks the operator out is taken back by the host itself', async () => {
    const now = await host.look()
    host.configure(body(6, false, ", '10.77.0.1/32'"))
    const ran = await host.up('--try', '4s')
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/error\[unconfirmed\] the changes were taken back/)
    await host.until((said) => said === now)
  })

  test('no longer declared the interfaces are as before, and the bridge is gone', async () => {
    host.configure('')
    expect(await host.changes()).toBe(3)
    await host.until((said) => said === before)
    expect(await host.inside('ls -A /etc/NetworkManager/system-connections; nmcli -g NAME connection')).toBe('lo\n')
  })
})
