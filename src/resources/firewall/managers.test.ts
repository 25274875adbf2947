import { describe, expect, test } from 'vitest'
import { lowered } from '../../../test/lowered.ts'
import { decode } from '../../steps/encoding.ts'
import { firewall, pkg, service } from '../index.ts'
import type { FirewallProps } from './firewall.ts'

const rules: FirewallProps['rules'] = [
  { protocol: 'tcp', ports: [22, '8000-8100'], from: ['10.0.0.0/8', '2001:db8::/32'] },
  { verdict: 'drop', from: '203.0.113.7', to: ['10.0.0.1', '::1'], comment: 'a -- b <c>' },
  { protocol: ['tcp', 'udp'], ports: 53 },
  { verdict: 'reject', protocol: 'tcp', ports: 113 },
  { protocol: 'esp' },
]

const failing = async (configure: () => void, where: Parameters<typeof lowered>[1]) =>
  (await lowered(configure, where)).diagnostics.map(({ code, summary, hint }) => ({ code, summary, hint }))

describe('what keeps the rules', () => {
  test.each([
    ['debian/12', '/etc/nftables.d/hexis-main.nft'],
    ['arch/', '/etc/nftables.d/hexis-main.nft'],
    ['alpine/3.22', '/etc/nftables.d/hexis-main.nft'],
    ['ubuntu/24.04', '/etc/ufw/user.rules'],
    ['rocky/9', '/etc/firewalld/zones/hexis-main.xml'],
    ['fedora/43', '/etc/firewalld/zones/hexis-main.xml'],
    ['opensuse-leap/16', '/etc/firewalld/zones/hexis-main.xml'],
  ])('is of %s as the profile says, with the same rules', async (os, file) => {
    const { steps, diagnostics } = await lowered(() => firewall('main', { rules }), { os })
    expect(diagnostics).toEqual([])
    expect(steps[0]).toContain(`COPY ${file} `)
  })

  test('is said by manager, and by the site', async () => {
    const said = await lowered(() => firewall('main', { rules, manager: 'ufw' }))
    expect(said.steps[0]).toContain('/etc/ufw/user.rules')
    const entries = [{ id: 'debian/12', managers: { firewall: 'firewalld' } }]
    expect((await lowered(() => firewall('main', { rules }), { entries })).steps[0]).toContain('/etc/firewalld/')
    const odd = [{ id: 'debian/12', managers: { firewall: 'shorewall' } }]
    expect(await failing(() => firewall('main', { rules }), { entries: odd })).toMatchObject([
      { code: 'unsupported-here', summary: expect.stringContaining('(shorewall)') },
    ])
  })

  test.each(['firewalld', 'ufw'])('is not fought with: %s rules the host', async (found) => {
    const facts = { firewall: found }
    const main = () => firewall('main', { rules })
    expect(await failing(main, { facts })).toEqual([
      {
        code: 'would-be-refused',
        summary: `firewall 'main': ${found} rules the firewall of this host, and the profile debian/12 says nftables: what one lets pass, the other would still drop`,
        hint: `Say manager: '${found}' here, or managers: { firewall: '${found}' } in its profile; or end it first: service('${found}', { enabled: false, running: false }).`,
      },
    ])
    const other = found === 'ufw' ? 'firewalld' : 'ufw'
    expect(await failing(() => firewall('main', { rules, manager: other }), { facts })).toMatchObject([
      { summary: expect.stringContaining(`manager says ${other}`) },
    ])
    const fine = [
      () => firewall('main', { rules, manager: found === 'ufw' ? 'ufw' : 'firewalld' }),
      () => firewall('main', { absent: true }),
      () => {
        main()
        service(found, { enabled: false, running: false })
      },
      () => {
        main()
        pkg(found, { absent: true })
      },
    ]
    for (const one of fine) expect(await failing(one, { facts })).toEqual([])
    expect(await failing(main, { facts: { firewall: 'none' } })).toEqual([])
  })

  test.each<[FirewallProps, 'firewalld' | 'ufw', string]>([
    [{ content: 'x' }, 'firewalld', 'content, which is of nftables'],
    [{ rules: ['tcp dport 22 accept'] }, 'ufw', 'a rule in the words of nft(8)'],
    [{ rules: [{ chain: 'forward' }] }, 'firewalld', 'what is forwarded'],
    [{ policy: { forward: 'drop' } }, 'ufw', 'what is forwarded'],
    [{ rules: [{ chain: 'output', protocol: 'tcp', ports: 25 }] }, 'firewalld', 'what leaves this host'],
    [{ policy: { output: 'drop' } }, 'firewalld', 'what leaves this host'],
    [{ rules: [{ interface: 'eth0' }] }, 'firewalld', 'a rule for one interface'],
    [{ rules: [{ protocol: 'icmp' }] }, 'ufw', 'a rule for icmp'],
  ])('%j is beyond %s', async (props, manager, what) => {
    expect(await failing(() => firewall('main', { ...props, manager }), {})).toMatchObject([
      {
        code: 'unsupported-here',
        summary: expect.stringContaining(`${manager} keeps the rules of this host, and cannot be told ${what}`),
      },
    ])
  })

  test.each(['firewalld', 'ufw'] as const)('is one rule set with %s', async (manager) => {
    const two = () => {
      firewall('one', { rules, manager })
      firewall('two', { rules, manager })
    }
    expect(await failing(two, {})).toHaveLength(2)
    const after = () => {
      firewall('one', { rules, manager })
      firewall('two', { absent: true, manager: 'nftables' })
    }
    expect(await failing(after, {})).toEqual([])
    expect(await failing(() => firewall('a_name_of_18chars', { rules, manager: 'firewalld' }), {})).toMatchObject([
      { summary: expect.stringContaining('a name longer than 11') },
    ])
  })
})

describe('firewalld', () => {
  test('is given a zone, which is the default one', async () => {
    const { steps, contents } = await lowered(() => firewall('main', { rules }), { os: 'rocky/9' })
    expect(steps.map(decode)).toEqual([
      'COPY /etc/firewalld/zones/hexis-main.xml blob=0 group=root mode=0644 owner=root parents=yes validate=d=$(mktemp -d) && cp -a /etc/firewalld/. $d/ && mkdir -p $d/zones && cp %s $d/zones/hexis-main.xml && firewall-offline-cmd --system-config $d --check-config; s=$?; rm -rf $d; exit $s && RUN if firewall-cmd --state >/dev/null 2>&1; then firewall-cmd --quiet --reload; fi',
      'LINE /etc/firewalld/firewalld.conf id=hexis-firewall line=DefaultZone=hexis-main match=^DefaultZone= && RUN if firewall-cmd --state >/dev/null 2>&1; then firewall-cmd --quiet --reload; fi',
      'UNIT firewalld.service active=yes enabled=yes',
    ])
    expect(contents).toEqual([
      `<?xml version="1.0" encoding="utf-8"?>
<zone target="DROP">
  <short>hexis-main</short>
  <rule priority="-30000"><icmp-type name="destination-unreachable"/><accept/></rule>
  <rule priority="-29999"><icmp-type name="time-exceeded"/><accept/></rule>
  <rule priority="-29998"><icmp-type name="parameter-problem"/><accept/></rule>
  <rule priority="-29997"><icmp-type name="echo-request"/><accept/></rule>
  <rule priority="-29996"><icmp-type name="packet-too-big"/><accept/></rule>
  <rule priority="-29995"><icmp-type name="router-advertisement"/><accept/></rule>
  <rule priority="-29994"><icmp-type name="neighbour-solicitation"/><accept/></rule>
  <rule priority="-29993"><icmp-type name="neighbour-advertisement"/><accept/></rule>
  <rule priority="-29992" family="ipv4"><source address="10.0.0.0/8"/><port port="22" protocol="tcp"/><accept/></rule>
  <rule priority="-29991" family="ipv4"><source address="10.0.0.0/8"/><port port="8000-8100" protocol="tcp"/><accept/></rule>
  <rule priority="-29990" family="ipv6"><source address="2001:db8::/32"/><port port="22" protocol="tcp"/><accept/></rule>
  <rule priority="-29989" family="ipv6"><source address="2001:db8::/32"/><port port="8000-8100" protocol="tcp"/><accept/></rule>
  <!-- a - - b &lt;c&gt; -->
  <rule priority="-29988" family="ipv4"><source address="203.0.113.7"/><destination address="10.0.0.1"/><drop/></rule>
  <rule priority="-29987"><port port="53" protocol="tcp"/><accept/></rule>
  <rule priority="-29986"><port port="53" protocol="udp"/><accept/></rule>
  <rule priority="-29985"><port port="113" protocol="tcp"/><reject/></rule>
  <rule priority="-29984"><protocol value="esp"/><accept/></rule>
</zone>
`,
    ])
    const open = await lowered(() =>
      firewall('main', {
        policy: { input: 'accept' },
        rules: [{ protocol: 'icmpv6', verdict: 'drop' }],
        manager: 'firewalld',
      }),
    )
    expect(open.contents[0]).toContain(
      '<zone target="ACCEPT">\n  <short>hexis-main</short>\n  <rule priority="-30000"><protocol value="ipv6-icmp"/><drop/></rule>\n</zone>',
    )
  })

  test('loses the zone where the rule set is absent', async () => {
    const { steps } = await lowered(() => firewall('main', { absent: true }), { os: 'rocky/9' })
    expect(steps).toEqual([expect.stringMatching(/^RM \/etc\/firewalld\/zones\/hexis-main.xml && RUN /)])
  })
})

describe('ufw', () => {
  test('is given its own rules, its policies, and is on', async () => {
    const { steps, contents } = await lowered(
      () =>
        firewall('main', {
          rules: [{ chain: 'output', verdict: 'reject', protocol: 'tcp', ports: 25 }],
          policy: { output: 'accept' },
        }),
      { os: 'ubuntu/24.04' },
    )
    const act =
      "RUN if grep -q '^ENABLED=yes' /etc/ufw/ufw.conf; then ufw reload; else /lib/ufw/ufw-init force-stop; fi"
    expect(steps.map(decode)).toEqual([
      `COPY /etc/ufw/user.rules blob=0 group=root mode=0640 owner=root validate=iptables-restore --test %s && ${act}`,
      `COPY /etc/ufw/user6.rules blob=1 group=root mode=0640 owner=root validate=ip6tables-restore --test %s && ${act}`,
      `LINE /etc/default/ufw id=hexis-output line=DEFAULT_OUTPUT_POLICY="ACCEPT" match=^DEFAULT_OUTPUT_POLICY= && ${act}`,
      `LINE /etc/default/ufw id=hexis-input line=DEFAULT_INPUT_POLICY="DROP" match=^DEFAULT_INPUT_POLICY= && ${act}`,
      `LINE /etc/ufw/ufw.conf id=hexis-firewall line=ENABLED=yes match=^ENABLED= && ${act}`,
      'UNIT ufw.service enabled=yes',
    ])
    expect(contents.map((text) => /### RULES ###\n\n(.*)### END RULES/s.exec(text)?.[1])).toEqual([
      '### tuple ### reject tcp 25 0.0.0.0/0 any 0.0.0.0/0 out\n-A ufw-user-output -p tcp --dport 25 -j REJECT --reject-with tcp-reset\n\n',
      '### tuple ### reject tcp 25 ::/0 any ::/0 out\n-A ufw6-user-output -p tcp --dport 25 -j REJECT --reject-with tcp-reset\n\n',
    ])
  })

  test('has no rules of the user where the rule set is absent', async () => {
    const { contents } = await lowered(() => firewall('main', { absent: true }), { os: 'ubuntu/24.04' })
    for (const text of contents) expect(text).toContain('### RULES ###\n\n### END RULES ###')
  })
})
