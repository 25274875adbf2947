import { describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { decode } from '../../steps/encoding.ts'
import { secret, text } from '../../text/index.ts'
import { firewall } from '../index.ts'
import type { FirewallProps } from './firewall.ts'

const written = async (props: FirewallProps): Promise<string | undefined> =>
  (await lowered(() => firewall('main', props))).contents[0]

const head = `table inet hexis_main
delete table inet hexis_main

table inet hexis_main {
`

const input = `	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ct state invalid drop
		iifname "lo" accept
		icmp type { destination-unreachable, time-exceeded, parameter-problem, echo-request } accept
		icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
`

describe('a rule set of the firewall', () => {
  test('is checked, takes its place, is loaded in one go, and is there at boot', async () => {
    const { steps, contents } = await lowered(() => firewall('main', { rules: [{ protocol: 'tcp', ports: 22 }] }))
    expect(contents).toEqual([`${head}${input}\t\ttcp dport 22 accept\n\t}\n}\n`])
    expect(steps.map(decode)).toEqual([
      `COPY /etc/nftables.d/hexis-main.nft blob=0 group=root mode=0644 owner=root parents=yes validate=nft -c -f %s && RUN { nft list tables | sed -n '/ hexis_main$/s/^/delete /p'; cat /etc/nftables.d/hexis-main.nft 2>/dev/null; } | nft -f -`,
      'LINE /etc/nftables.conf create=yes id=hexis-firewall line=include "/etc/nftables.d/*.nft"',
      'UNIT nftables.service enabled=yes',
    ])
  })

  test('is where the system looks for it, and several share what loads them', async () => {
    const both = (): void => {
      firewall('main', { rules: [] })
      firewall('nat', { content: '' })
    }
    const entries = [{ id: 'rocky/9', managers: { firewall: 'nftables' } }]
    const { steps } = await lowered(both, { os: 'rocky/9', entries })
    expect(steps.filter((step) => step.startsWith('LINE'))).toEqual([
      'LINE /etc/sysconfig/nftables.conf create=yes id=hexis-firewall line=include%20%22/etc/nftables.d/*.nft%22',
    ])
    expect(steps).toHaveLength(4)
    const files = await lowered(both, { capabilities: ['paths', 'owners'] })
    expect(files.diagnostics).toEqual([])
    expect(files.steps.map((step) => step.replace(/ .*/, ''))).toEqual(['COPY', 'LINE', 'COPY'])
    expect(files.steps.join()).not.toMatch(/validate|RUN/)
  })

  test('writes rules in their order, each for the versions of IP that it names', async () => {
    const rules: FirewallProps['rules'] = [
      { protocol: 'tcp', ports: [22, '8000-8100'], from: ['10.0.0.0/8', '192.168.1.1', '2001:db8::/32'] },
      'tcp dport 25 meta skuid 0 accept',
      { verdict: 'drop', from: '203.0.113.7', to: ['10.0.0.1', '::1'], interface: 'eth1', comment: 'a b' },
      { protocol: ['tcp', 'udp'], ports: 53 },
      { protocol: 'icmpv6' },
      { chain: 'output', verdict: 'reject', protocol: 'tcp', ports: '25', interface: 'eth0' },
    ]
    expect(await written({ rules, policy: { input: 'accept', forward: 'drop' } })).toBe(`${head}${input.replace(
      'policy drop',
      'policy accept',
    )}		ip saddr { 10.0.0.0/8, 192.168.1.1 } tcp dport { 22, 8000-8100 } accept
		ip6 saddr 2001:db8::/32 tcp dport { 22, 8000-8100 } accept
		tcp dport 25 meta skuid 0 accept
		iifname "eth1" ip saddr 203.0.113.7 ip daddr 10.0.0.1 drop comment "a b"
		meta l4proto { tcp, udp } th dport 53 accept
		meta l4proto ipv6-icmp accept
	}

	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		ct state invalid drop
	}

	chain output {
		type filter hook output priority filter; policy accept;
		ct state established,related accept
		oifname "lo" accept
		icmpv6 type { packet-too-big, nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept
		oifname "eth0" tcp dport 25 reject
	}
}
`)
  })

  test('can be given as it is, also with secrets, and can go', async () => {
    expect(await written({ content: '\tset a { type ipv4_addr; } # }', family: 'ip' })).toBe(
      'table ip hexis_main\ndelete table ip hexis_main\n\ntable ip hexis_main {\n\tset a { type ipv4_addr; } # }\n}\n',
    )
    const { steps } = await lowered(() => {
      firewall('main', { content: text`define a = ${secret.env('A')}` })
      firewall('old', { absent: true })
    })
    expect(steps[0]).toMatch(/blob=sealed:.* mode=0600/)
    expect(steps.some((step) => step.startsWith('RM /etc/nftables.d/hexis-old.nft && RUN '))).toBe(true)
  })

  test.each<[FirewallProps, RegExp]>([
    [{}, /give rules, policy or content/],
    [{ content: '', rules: [] }, /rules and policy exclude it/],
    [{ absent: true, policy: {} }, /absent says nothing/],
    [{ rules: [], family: 'ip' }, /family goes with content/],
    [{ content: '} table ip other {' }, /in pairs/],
    [{ rules: ['accept } chain x {'] }, /rules\[0\]: its braces/],
    [{ rules: ['a\nb'] }, /one line/],
    [{ rules: [{ ports: 22 }] }, /ports need the protocol/],
    [{ rules: [{ protocol: 'icmp', ports: 22 }] }, /ports need the protocol/],
    [{ rules: [{ protocol: 'tcp', ports: 65_536 }] }, /rules\[0\].*a port is 0 to 65535/],
    [{ rules: [{ protocol: 'tcp', ports: [22, '90-80'] }] }, /a port is 0 to 65535, a range/],
    [{ rules: [{ from: '10.0.0.300/24' }] }, /10\.0\.0\.0\/8.*10\.0\.0\.300\/24/],
    [{ rules: [{ from: '10.0.0.0/33' }] }, /prefix length is 0 to 32/],
    [{ rules: [{ from: '10.0.0.1', to: '::1' }] }, /never of one version/],
    [{ rules: [{ comment: 'a"b' }] }, /neither quotes/],
    [{ rules: [{ interface: 'a b' }] }, /at most 15 letters/],
  ])('%j is refused', async (props, says) => {
    expect(await mistakes(() => firewall('main', props))).toEqual([expect.stringMatching(says)])
  })

  test.each(['Main', '1a', 'a-b', '../a', ''])('%j is no name', async (name) => {
    expect(await mistakes(() => firewall(name, { rules: [] }))).toEqual([expect.stringMatching(/small letters/)])
  })
})
