import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spaceOf } from '../../lab/host.ts'
import { type Lab, placeOf, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const body = (last = 5, stp = true, more = ''): string => `
    network('hx0', {
      addresses: ['10.50.0.${last}/24', '10.51.0.5/24', '2001:db8:50::5/64'${more}],
      gateway: ['10.50.0.1', '2001:db8:50::1'],
      routes: [{ to: '10.9.0.0/16', via: '10.51.0.254', metric: 50 }],
      dns: { servers: ['10.50.0.53'], search: ['example.org'] }, mtu: 1400,
    })
    network('hxbr', { bridge: { ports: ['hx2'], stp: ${stp} }, addresses: ['10.60.0.5/24'] })`

const look =
  'for i in eth0 hx0 hx2 hxbr; do ip -o address show dev $i scope global | sed "s/ valid_lft.*//; s/^[0-9]*//; s/ tentative//"; done; ip route; ip -6 route | grep -v fe80; ls -A /sys/class/net; ls /sys/class/net/*/brif 2>/dev/null'

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
  let lab: Lab
  let site: ScratchSite
  let before: string

  /** In the host itself, past its network. */
  const inside = async (command: string): Promise<string> => {
    const init = (await tool(['ip', 'netns', 'pids', spaceOf(placeOf(lab.name), 'h1')])).trim().split('\n')[0] ?? ''
    return tool(['nsenter', '-t', init, '-a', 'sh', '-c', `{ ${command}; } 2>&1; true`])
  }
  const configure = (declared: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { network, run } from 'hexis/resources'
export default defineSite({
  id: 'net',
  profiles: [{ id: 'debian/12', inherits: 'debian', managers: { network: '${which.manager}' } }],
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

  beforeAll(async () => {
    const packages = mkdtempSync(join(tmpdir(), 'hexis-ifupdown-'))
    await tool([
      'sh',
      '-c',
      'cd "$1" && apt-get -q -o APT::Sandbox::User=root download $2',
      'sh',
      packages,
      which.packages,
    ])
    lab = await startLab(1, {
      name: `${which.manager}${process.pid}`,
      prepare: async (host) => {
        const unpack =
          'for deb in "$1"/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$2"; done'
        await tool(['sh', '-c', unpack, 'sh', packages, host.root])
      },
    })
    rmSync(packages, { recursive: true })
    site = scratchSite()
    await inside(
      `ip link add hx0 type veth peer name hx1; ip link set hx1 up; ip link add hx2 type veth peer name hx3; ip link set hx3 up; mkdir -p /run/network /etc/network/interfaces.d; printf "${which.read}\\nauto lo\\niface lo inet loopback\\n" >/etc/network/interfaces`,
    )
    before = await inside(look)
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('addresses, routes and a bridge come to be, on trial; a second run changes nothing', async () => {
    configure(body())
    expect((await site.hexis(['plan'])).out).toMatch(/on trial .*interfaces\.d\/hexis-hx0.* could keep you out/)
    expect(await changes()).toBeGreaterThan(0)
    const now = await inside(look)
    for (const part of ['10.50.0.5/24', '10.51.0.5/24', '2001:db8:50::5/64', '10.60.0.5/24', '10.77.0.10/24'])
      expect(now).toContain(part)
    expect(now).toMatch(/default via 10\.50\.0\.1 dev hx0/)
    expect(now).toMatch(/default via 2001:db8:50::1 dev hx0/)
    expect(now).toMatch(/10\.9\.0\.0\/16 via 10\.51\.0\.254 dev hx0 .*metric 50/)
    const device = 'ls /sys/class/net/hxbr/brif; cat /sys/class/net/hxbr/bridge/stp_state /sys/class/net/hx0/mtu'
    expect(await inside(device)).toBe('hx2\n1\n1400\n')
    expect(await changes()).toBe(0)
  })

  test('what changed takes the place of what was', async () => {
    configure(body(6, false))
    expect(await changes()).toBe(2)
    const now = await inside(look)
    expect(now).toContain('10.50.0.6/24')
    expect(now).toContain('10.60.0.5/24')
    expect(now).not.toContain('10.50.0.5/24')
    expect(await inside('cat /sys/class/net/hxbr/bridge/stp_state; ls /sys/class/net/hxbr/brif')).toBe('0\nhx2\n')
    expect(await changes()).toBe(0)
  })

  test('what ifupdown cannot do is taken back', async () => {
    const now = await inside(look)
    configure(body(6, false).replace('10.51.0.254', '10.99.0.254'))
    const ran = await up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/Nexthop has invalid gateway|Network is unreachable/)
    expect(await inside(look)).toBe(now)
  })

  test('an address that locks the operator out is taken back by the host itself', async () => {
    const now = await inside(look)
    configure(body(6, false, ", '10.77.0.1/32'"))
    const ran = await up('--try', '4s')
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/error\[unconfirmed\] the changes were taken back/)
    expect(await inside(look)).toBe(now)
  })

  test('no longer declared the interfaces are as before, and the bridge is gone', async () => {
    configure('')
    expect(await changes()).toBeGreaterThan(0)
    expect(await inside(look)).toBe(before)
    expect(await inside('ls -A /etc/network/interfaces.d; cat /etc/network/interfaces')).toBe(
      `${which.read}\nauto lo\niface lo inet loopback\n`,
    )
  })
})
