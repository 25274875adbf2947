import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { link, pkg, resolver } from '../index.ts'
import type { ResolverManager, ResolverProps } from './resolver.ts'

const declared = { servers: ['10.0.0.53', '2001:db8::53'], search: ['example.org', 'lan'] }
const options = { ndots: 2, rotate: true, edns0: false }

test('a plain file says all of it', async () => {
  const { steps, contents } = await lowered(() => resolver('system', { ...declared, options }))
  expect(steps).toEqual(['COPY /etc/resolv.conf blob=0 group=root mode=0644 owner=root parents=yes'])
  expect(contents).toEqual([
    'search example.org lan\nnameserver 10.0.0.53\nnameserver 2001:db8::53\noptions ndots:2 rotate\n',
  ])
})

test('systemd-resolved, of Ubuntu and Fedora, has a drop-in that forgets what earlier ones said', async () => {
  for (const os of ['ubuntu/24.04', 'fedora/43']) {
    const { steps, contents, diagnostics } = await lowered(() => resolver('system', declared), { os })
    expect(diagnostics).toEqual([])
    expect(steps).toEqual([
      'COPY /etc/systemd/resolved.conf.d/90-hexis.conf blob=0 group=root mode=0644 owner=root parents=yes && RELOAD systemd-resolved.service',
    ])
    expect(contents).toEqual(['[Resolve]\nDNS=\nDNS=10.0.0.53 2001:db8::53\nDomains=\nDomains=example.org lan\n'])
  }
})

test('NetworkManager, of RHEL, is told for all of its connections', async () => {
  const { steps, contents } = await lowered(() => resolver('system', { ...declared, options }), { os: 'rhel/9' })
  expect(steps).toEqual([
    'COPY /etc/NetworkManager/conf.d/90-hexis-resolver.conf blob=0 group=root mode=0644 owner=root parents=yes && RELOAD NetworkManager.service',
  ])
  expect(contents).toEqual([
    '[global-dns]\nsearches=example.org,lan\noptions=ndots:2,rotate\n\n[global-dns-domain-*]\nservers=10.0.0.53,2001:db8::53\n',
  ])
})

test('netconfig (golden only) and openresolv have variables, and are run once', async () => {
  const suse = await lowered(() => resolver('system', { ...declared, options }), { os: 'opensuse-leap/15.6' })
  expect(suse.steps).toEqual([
    'ENV /etc/sysconfig/network/config create=yes key=NETCONFIG_DNS_STATIC_SERVERS value=10.0.0.53%202001:db8::53 && RUN netconfig%20update%20-f',
    'ENV /etc/sysconfig/network/config create=yes key=NETCONFIG_DNS_STATIC_SEARCHLIST value=example.org%20lan && RUN netconfig%20update%20-f',
    'ENV /etc/sysconfig/network/config create=yes key=NETCONFIG_DNS_RESOLVER_OPTIONS value=ndots:2%20rotate && RUN netconfig%20update%20-f',
  ])
  const open = await lowered(() => resolver('system', { servers: ['10.0.0.53'], manager: 'openresolv' }))
  expect(open.steps).toEqual([
    'ENV /etc/resolvconf.conf create=yes key=name_servers value=10.0.0.53 && RUN resolvconf%20-u',
  ])
})

const found = async (resolver: string, configure: () => void, os = 'debian/12'): Promise<readonly string[]> =>
  (await lowered(configure, { os, facts: { resolver } })).diagnostics.map((one) => `${one.summary} | ${one.hint}`)

test('another owner of the file on the host is named, with what to do', async () => {
  const plain = (): void => void resolver('system', declared)
  for (const owner of ['systemd-resolved', 'networkmanager', 'netconfig', 'openresolv'])
    expect(await found(owner, plain)).toEqual([
      expect.stringMatching(
        `/etc/resolv.conf is kept up by ${owner} on this host, and the profile debian/12 says file \\| Say manager: '${owner}' here`,
      ),
    ])
  for (const owner of ['dhclient', 'dhcpcd', 'udhcpc', 'resolvconf'])
    expect(await found(owner, plain)).toEqual([
      expect.stringMatching(
        `kept up by ${owner} on this host.*\\| Hexis cannot tell ${owner} .*take the file out of its`,
      ),
    ])
  expect(await found('file', plain, 'ubuntu/24.04')).toEqual([
    expect.stringMatching(
      /by nobody: it is a plain file on this host, and the profile ubuntu\/24.04 says systemd-resolved/,
    ),
  ])
  expect(await found('other', () => resolver('system', { ...declared, manager: 'file' }))).toEqual([
    expect.stringMatching(/a link to an unusual place on this host, and manager says file/),
  ])
})

test('the owner that is meant, none at all, and one that comes in this run are all right', async () => {
  const resolved = { ...declared, manager: 'systemd-resolved' } as const
  expect(await found('systemd-resolved', () => resolver('system', resolved))).toEqual([])
  expect(await found('none', () => resolver('system', resolved))).toEqual([])
  expect(await found('file', () => resolver('system', { ...resolved, after: pkg('systemd-resolved') }))).toEqual([])
  const stub = () => {
    link('/etc/resolv.conf', { target: '/run/systemd/resolve/stub-resolv.conf' })
    resolver('system', resolved)
  }
  expect(await found('file', stub)).toEqual([])
})

test.each<[ResolverManager, ResolverProps, RegExp]>([
  ['file', { servers: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'] }, /file cannot be told more than 3 servers/],
  ['systemd-resolved', { ...declared, options }, /systemd-resolved cannot be told options \(ndots:2, rotate\)/],
  ['networkmanager', { search: ['lan'] }, /networkmanager cannot be told search and options without servers/],
])('what %s cannot be told is refused', async (manager, props, says) => {
  expect(await mistakes(() => resolver('system', { ...props, manager }))).toEqual([expect.stringMatching(says)])
})

test.each<[Partial<ResolverProps>, RegExp]>([
  [{}, /give servers, search or options/],
  [{ servers: [] }, /servers/],
  [{ servers: ['10.0.0.300'] }, /a server is an address: '10.0.0.53' or '2001:db8::53'/],
  [{ servers: ['dns.example.org'] }, /a server is an address/],
  [{ servers: ['10.0.0.1', '10.0.0.1'] }, /10\.0\.0\.1 is there twice/],
  [{ search: ['a b'] }, /letters, digits/],
  [{ options: { timeout: 31 } }, /it is 1 to 30/],
  [{ options: { ndot: 1 } } as never, /did you mean|ndot/],
  [{ servers: ['10.0.0.1'], manager: 'resolved' } as never, /'file', 'systemd-resolved'/],
])('%j is refused', async (props, says) => {
  expect((await mistakes(() => resolver('system', props))).join('\n')).toMatch(says)
})

test('a host has one resolver', async () => {
  expect(await mistakes(() => resolver('eth0' as never, declared))).toEqual([
    expect.stringMatching(/a host has one resolver: 'system'/),
  ])
})
