import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { decode } from '../../steps/encoding.ts'
import { network } from '../index.ts'
import type { NetworkProps } from './network.ts'
import { networkRenderers } from './renderers/index.ts'

/** The one document that every renderer is shown. */
const everything = (): void => {
  network('eth1', {
    addresses: ['10.0.0.5/24', '10.0.1.5/24', '2001:db8::5/64'],
    gateway: ['10.0.0.1', '2001:db8::1'],
    routes: [
      { to: '10.9.0.0/16', via: '10.0.0.254', metric: 50 },
      { to: '2001:db8:9::/48', via: '2001:db8::fe' },
    ],
    dns: { servers: ['10.0.0.53', '2001:db8::53'], search: ['example.org', 'example.net'] },
    mtu: 1400,
  })
  network('eth1.10', { vlan: { id: 10, on: 'eth1' }, addresses: ['10.10.0.5/24'] })
  network('eth2', { mtu: 9000 })
  network('br0', { bridge: { ports: ['eth2', 'eth3'] }, dhcp: true })
  network('bond0', { bond: { ports: ['eth4', 'eth5'], mode: '802.3ad' }, dhcp: 'ipv4', addresses: ['10.2.0.5/24'] })
}

/** A system that each manager is at home on. */
const systems: Readonly<Record<string, string>> = {
  networkd: 'arch',
  ifupdown: 'debian/12',
  netplan: 'ubuntu/24.04',
  networkmanager: 'rocky/9',
  ifcfg: 'rocky/8',
  wicked: 'opensuse-leap/15',
  alpine: 'alpine/3.22',
}

test('every renderer has a system', () => {
  expect(Object.keys(systems).toSorted()).toEqual([...networkRenderers.keys()].toSorted())
})

describe.each(Object.entries(systems))('%s, as on %s', (manager, os) => {
  test('the files of one document', async () => {
    const { diagnostics, steps, contents } = await lowered(everything, { os })
    expect(diagnostics).toEqual([])
    const shown = steps.map((step) => {
      const [, path, rest = ''] = /^\S+ (\S+) (.*)$/.exec(step) ?? []
      const blob = /blob=(\d+)/.exec(step)?.[1]
      if (blob === undefined) return `== ${decode(step)}\n`
      const action = / && RUN (\S+)/.exec(rest)?.[1] ?? ''
      return `== ${path} ${/mode=(\d+)/.exec(rest)?.[1]}\n${contents[Number(blob)]}-- ${decode(action)}\n`
    })
    await expect(shown.join('\n')).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${manager}.txt`))
  })
})

test.each([
  ['networkd', /^DHCP=ipv6$/m],
  ['ifupdown', /^iface eth1 inet6 dhcp$(?!\niface)/m],
  ['netplan', /: *\n {6}dhcp6: true$/m],
  ['networkmanager', /ipv4\]\nmethod=disabled\n\n\[ipv6\]\nmethod=auto/],
  ['ifcfg', /^BOOTPROTO=none\nIPV6INIT=yes\nDHCPV6C=yes$/m],
  ['wicked', /^BOOTPROTO='dhcp6'$/m],
] as const)('%s asks for an address of IPv6 alone', async (manager, says) => {
  const os = systems[manager] ?? ''
  expect((await lowered(() => network('eth1', { dhcp: 'ipv6' }), { os })).contents[0]).toMatch(says)
})

test('what a system cannot do is said', async () => {
  const { diagnostics } = await lowered(() => network('eth1', { dhcp: 'ipv6' }), { os: 'alpine/3.22' })
  expect(diagnostics.map((one) => one.summary)).toEqual([
    "network 'eth1': dhcp: 'ipv6' without IPv4 cannot be said to what manages the network there (alpine)",
  ])
})

test.each(Object.entries(systems))('%s: what an interface is made of comes before it', async (_, os) => {
  const { steps } = await lowered(
    () => {
      network('br0', { bridge: { ports: ['bond0.10', 'eth9'] } })
      network('bond0.10', { vlan: { id: 10, on: 'bond0' } })
      network('bond0', { bond: { ports: ['eth4'] } })
    },
    { os },
  )
  const order = steps.flatMap(
    (step) => /^COPY .*[/-](br0|bond0|bond0\.10)(?:\.(?:network|yaml|nmconnection))? /.exec(step)?.[1] ?? [],
  )
  expect(order).toEqual(['bond0', 'bond0.10', 'br0'])
})

test('a system whose network nobody knows is named', async () => {
  const own = { id: 'x', inherits: 'linux' }
  const { diagnostics } = await lowered(() => network('eth1', { dhcp: true }), { os: 'x/1', entries: [own] })
  expect(diagnostics[0]?.summary).toBe("network 'eth1': nothing is known of how x manages its network")
})

describe('mistakes are named when the config is checked', () => {
  test.each<[NetworkProps, RegExp]>([
    [{ addresses: ['10.0.0.300/24'] }, /addresses\[0\].*'10\.0\.0\.5\/24'.*0 to 255.*10\.0\.0\.300\/24/],
    [{ addresses: ['10.0.0.5'] }, /its prefix length is missing: '10\.0\.0\.5\/24'/],
    [{ addresses: ['10.0.0.5/33'] }, /prefix length is 0 to 32/],
    [{ addresses: ['::1/129'] }, /prefix length is 0 to 128/],
    [{ addresses: ['fe80::1%eth0/64'] }, /it is written as/],
    [{ addresses: [] }, /addresses/],
    [{ gateway: '10.0.0.1/24' }, /without prefix length/],
    [{ gateway: ['10.0.0.1', '10.0.0.2'] }, /at most one of each version/],
    [{ routes: [{ to: '10.9.0.0/40' }] }, /prefix length is 0 to 32/],
    [{ routes: [{ to: 'default' }] }, /has a router: via/],
    [{ routes: [{ to: '10.9.0.0/16', via: '2001:db8::1' }] }, /of one version/],
    [{ dns: { servers: ['dns.example.org'] } }, /without prefix length/],
    [{ dns: { search: ['a b'] } }, /a domain has letters/],
    [{ mtu: 10 }, /mtu/],
    [{ vlan: { id: 4095, on: 'eth1' } }, /a VLAN has a number from 1 to 4094/],
    [{ vlan: { id: 5, on: 'eth7' } }, /there is no network 'eth7'; declared are eth1, br0; declare it too/],
    [{ bridge: { ports: ['eth0'] } }, /no port of itself/],
    [{ bridge: { ports: ['eth8', 'eth8'] } }, /each is named once/],
    [{ bridge: { ports: ['eth9'] } }, /eth9 is a port of br0 too/],
    [{ bond: { ports: [] } }, /bond\.ports/],
    [{ bond: { ports: ['eth8'] }, vlan: { id: 1, on: 'eth1' } }, /exclude each other/],
    [{ gateways: '10.0.0.1' } as NetworkProps, /unknown property 'gateways'.*/],
  ])('%j', async (props, says) => {
    const found = await mistakes(() => {
      network('eth0', props)
      network('eth1', {})
      network('br0', { bridge: { ports: ['eth9'] } })
    })
    expect(found[0]).toMatch(says)
  })

  test('two documents for one interface', async () => {
    const found = await mistakes(() => {
      network('eth1', { addresses: ['10.0.0.5/24'] })
      network('eth1', { addresses: ['10.0.0.6/24'] })
    })
    expect(found).toEqual(["network 'eth1' is declared twice, differently"])
  })

  test('a VLAN on an interface that has a mistake of its own is no second one', async () => {
    const found = await mistakes(() => {
      network('eth1', { addresses: ['10.0.0.5'] })
      network('eth1.10', { vlan: { id: 10, on: 'eth1' } })
    })
    expect(found).toEqual([expect.stringMatching(/^network 'eth1': addresses\[0\]: its prefix length is missing/)])
  })

  test('interfaces in a circle', async () => {
    const found = await mistakes(() => {
      network('br0', { bridge: { ports: ['br0.5'] } })
      network('br0.5', { vlan: { id: 5, on: 'br0' } })
    })
    expect(found).toContain("network 'br0': it lies on itself: its VLANs and ports go in a circle")
  })

  test('a port that has addresses', async () => {
    const found = await mistakes(() => {
      network('br0', { bridge: { ports: ['eth1'] } })
      network('eth1', { addresses: ['10.0.0.5/24'] })
    })
    expect(found).toEqual([expect.stringMatching(/network 'eth1': a port of br0 has neither addresses nor routes/)])
  })

  test.each(['a b', 'interface-with-16', '../x', '-x'])('%s is no name', async (name) => {
    expect(await mistakes(() => network(name, {}))).toEqual([expect.stringMatching(/at most 15 letters/)])
  })
})
