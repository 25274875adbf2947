import { describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { kernelModule, sysctl } from '../index.ts'

const file = (name: string, order = 'zz'): string =>
  `COPY /etc/sysctl.d/${order}-hexis-${name}.conf blob=0 group=root mode=0644 owner=root parents=yes`

describe('a setting', () => {
  test('is a file of its own and the value in force', async () => {
    const { steps, contents } = await lowered(() => sysctl('net.ipv4.ip_forward', { value: 1 }))
    expect(steps).toEqual([file('net.ipv4.ip_forward', 'zy'), 'SYSCTL net.ipv4.ip_forward value=1'])
    expect(contents).toEqual(['net.ipv4.ip_forward = 1\n'])
  })

  test('of an interface with a dot in its name is spelled in either way, and is the same', async () => {
    for (const name of ['net.ipv4.conf.eth0/100.forwarding', 'net/ipv4/conf/eth0.100/forwarding']) {
      const { steps, contents } = await lowered(() => sysctl(name, { value: 1 }))
      expect(steps).toEqual([
        file('net.ipv4.conf.eth0.100.forwarding'),
        'SYSCTL net.ipv4.conf.eth0/100.forwarding value=1',
      ])
      expect(contents).toEqual(['net/ipv4/conf/eth0.100/forwarding = 1\n'])
    }
  })

  test('of several numbers has one space between them, other text stays', async () => {
    const steps = async (value: string | number) =>
      (await lowered(() => sysctl('net.ipv4.x', { value }))).steps[1]?.replace(/^.*value=/, '')
    expect(await steps(' 4096\t131072  6291456 ')).toBe('4096%20131072%206291456')
    expect(await steps(-1)).toBe('-1')
    expect(await steps('|/bin/x  %p')).toBe('|/bin/x%20%20%25p')
  })

  test('of all interfaces is read before that of a single one', async () => {
    const name = async (setting: string) => (await lowered(() => sysctl(setting, { value: 1 }))).steps[0]
    expect(await name('net.ipv6.conf.all.forwarding')).toBe(file('net.ipv6.conf.all.forwarding', 'zy'))
    expect(await name('net.ipv6.conf.default.forwarding')).toBe(file('net.ipv6.conf.default.forwarding', 'zy'))
    expect(await name('net.ipv6.conf.allot.forwarding')).toBe(file('net.ipv6.conf.allot.forwarding'))
  })

  test('comes after the modules of the host, which may bring it, unless they are told to come later', async () => {
    const verbs = async (declare: () => void) =>
      (await lowered(declare)).steps.flatMap((step) => /^(?:SYSCTL|MODULE) \S+/.exec(step) ?? [])
    expect(
      await verbs(() => {
        sysctl('net.bridge.bridge-nf-call-iptables', { value: 1 })
        kernelModule('br_netfilter')
      }),
    ).toEqual(['MODULE br_netfilter', 'SYSCTL net.bridge.bridge-nf-call-iptables'])
    expect(
      await verbs(() => {
        const first = sysctl('kernel.modprobe', { value: '/sbin/modprobe' })
        kernelModule('dummy', { after: first })
      }),
    ).toEqual(['SYSCTL kernel.modprobe', 'MODULE dummy'])
  })

  test('is only a file where the running kernel is left alone, or cannot be reached', async () => {
    const asked = await lowered(() => sysctl('vm.swappiness', { value: 10, live: false }))
    expect(asked.steps).toEqual([file('vm.swappiness')])
    const image = await lowered(() => sysctl('vm.swappiness', { value: 10 }), { capabilities: ['paths', 'owners'] })
    expect(image).toMatchObject({ diagnostics: [], steps: [file('vm.swappiness')] })
  })

  test('stands behind the files of all of them, so that a host does them as two batches', async () => {
    const { steps } = await lowered(() => {
      for (const name of ['net.ipv4.a', 'net.ipv4.b', 'net.ipv4.c']) sysctl(name, { value: 1 })
    })
    expect(steps.map((step) => step.split(' ')[0])).toEqual(['COPY', 'COPY', 'COPY', 'SYSCTL', 'SYSCTL', 'SYSCTL'])
  })
})

test.each([
  ['ip_forward', 1, /a name such as/],
  ['net..x', 1, /a name such as/],
  ['net.ipv4.', 1, /a name such as/],
  ['.net.x', 1, /a name such as/],
  ['/proc/sys/net/x', 1, /a name such as/],
  ['net.ipv4.*', 1, /a name such as/],
  ['net.//.x', 1, /leads nowhere else/],
  ['net/../../etc/passwd', 1, /leads nowhere else/],
  ['net.x y', 1, /a name such as/],
  [`net.${'x'.repeat(200)}`, 1, /at most 200/],
  ['kernel.hostname', 'x', /a resource of its own: hostname/],
  ['net.x', 1.5, /value/],
  ['net.x', '', /says something/],
  ['net.x', '1\n2', /one line/],
])('%s = %j is refused', async (name, value, says) => {
  expect(await mistakes(() => sysctl(name, { value }))).toEqual([expect.stringMatching(says)])
})
