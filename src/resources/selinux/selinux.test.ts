import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { selinux } from '../index.ts'
import type { SelinuxProps } from './selinux.ts'

const all: SelinuxProps = {
  state: 'enforcing',
  booleans: { httpd_can_network_connect: true, httpd_enable_cgi: false },
  ports: [
    { port: 8080, type: 'http_port_t' },
    { port: '9000-9010', protocol: 'udp', type: 'app_port_t' },
  ],
  contexts: [
    { path: '/srv/www(/.*)?', type: 'httpd_sys_content_t' },
    { path: '/srv/a\\.b/log.*', type: 'var_log_t' },
    { path: '/.*\\.log', type: 'var_log_t' },
  ],
}

test('each setting is a step of its own', async () => {
  const { steps, diagnostics } = await lowered(() => selinux('web', all), { os: 'rhel/9' })
  expect(diagnostics).toEqual([])
  expect(steps).toEqual([
    'ENV /etc/selinux/config create=yes key=SELINUX value=enforcing',
    'SELINUX mode value=enforcing',
    'SELINUX boolean/httpd_can_network_connect value=on',
    'SELINUX boolean/httpd_enable_cgi value=off',
    'SELINUX port/tcp/8080 value=http_port_t',
    'SELINUX port/udp/9000-9010 value=app_port_t',
    'SELINUX context//srv/www(/.*)? restore=/srv/www value=httpd_sys_content_t',
    'SELINUX context//srv/a\\.b/log.* restore=/srv value=var_log_t',
    'SELINUX context//.*\\.log value=var_log_t',
  ])
})

test('to switch it off, or on again, is left to the boot', async () => {
  const config = (state: string) => `ENV /etc/selinux/config create=yes key=SELINUX value=${state}`
  const off = await lowered(() => selinux('s', { state: 'disabled' }), { os: 'fedora/43' })
  expect(off.steps).toEqual([config('disabled')])
  const facts = { selinux: 'disabled' }
  const on = await lowered(() => selinux('s', { state: 'permissive' }), { os: 'fedora/43', facts })
  expect(on.steps).toEqual([config('permissive')])
})

const refused = async (selinuxFact: string | undefined, props: SelinuxProps, os = 'rhel/9'): Promise<string> => {
  const facts = selinuxFact === undefined ? {} : { facts: { selinux: selinuxFact } }
  const { steps, diagnostics } = await lowered(() => selinux('s', props), { os, ...facts })
  expect(steps.length > 0).toBe(diagnostics.length === 0)
  return diagnostics.map((one) => `${one.code} ${one.summary} | ${one.hint}`).join('\n')
}

test('a host without SELinux is named as such, and so is a profile', async () => {
  expect(await refused('none', all)).toMatch(
    /^unsupported-here selinux 's': this host has no SELinux.*\| Declare it for/,
  )
  expect(await refused('disabled', all)).toMatch(/switched off on this host: booleans, ports, contexts cannot be set/)
  expect(await refused(undefined, all, 'debian/12')).toMatch(
    /the profile debian\/12 has no SELinux \(access: apparmor\)/,
  )
  expect(await refused(undefined, all, 'alpine/3.20')).toMatch(/has no SELinux \(access: none\)/)
  expect(await refused('permissive', all, 'debian/12')).toBe('')
  expect(await refused(undefined, all)).toBe('')
})

test.each<[SelinuxProps, RegExp]>([
  [{}, /give state, booleans, ports or contexts/],
  [{ state: 'on' } as never, /'enforcing', 'permissive' or 'disabled'/],
  [{ booleans: { 'a-b': true } }, /the name of a boolean has letters, digits and _/],
  [{ booleans: { a: 'on' } } as never, /true or false|booleans/],
  [{ ports: [{ port: 0, type: 'a_t' }] }, /port/],
  [{ ports: [{ port: 65_536, type: 'a_t' }] }, /port/],
  [{ ports: [{ port: '9010-9000', type: 'a_t' }] }, /ports/],
  [{ ports: [{ port: 80, type: 'a:b' }] }, /a type is written as 'http_port_t'/],
  [{ ports: [{ port: 80, type: 'none' }] }, /a type is written as 'http_port_t'/],
  [
    {
      ports: [
        { port: 80, type: 'a' },
        { port: '80', type: 'b' },
      ],
    },
    /tcp\/80 is there twice/,
  ],
  [{ contexts: [{ path: 'srv', type: 'a_t' }] }, /starts with \//],
  [{ contexts: [{ path: '/srv(', type: 'a_t' }] }, /no regular expression/],
  [{ contexts: [{ path: '/', type: 'a_t' }] }, /below the root/],
])('%j is refused', async (props, says) => {
  expect((await mistakes(() => selinux('s', props))).join('\n')).toMatch(says)
})
