import { describe, expect, test } from 'vitest'
import { sysctlKind } from './kind.ts'

describe('the way back of a setting', () => {
  test.each([
    ['net.ipv4.tcp_rmem', '4096', 'exact'],
    ['net.ipv4.conf.eth0.forwarding', '0', 'exact'],
    ['net.ipv4.ip_forward', '0', 'best-effort'],
    ['net.ipv6.conf.all.forwarding', '0', 'best-effort'],
    ['net.ipv6.conf.all.disable_ipv6', '0', 'best-effort'],
    ['net.bridge.bridge-nf-call-iptables', '?', 'best-effort'],
  ])('%s from %s is %s', (name, value, strength) => {
    expect(sysctlKind.reverse(`sysctl:${name}`, { value }, { value: '1' })).toMatchObject({ strength })
  })

  test('to what was not there leaves the value, and says so', () => {
    const stays = ['the value of a setting that was not there before']
    expect(sysctlKind.reverse('sysctl:net.x', { value: '1' }, { value: '?' })).toEqual({
      strength: 'best-effort',
      stays,
    })
  })

  test('is a step to the value of before, and none where there was no setting', () => {
    const back = (to: string) => sysctlKind.spell('sysctl:vm.swappiness', { value: '1' }, { value: to })
    expect(back('60').map((step) => step.text)).toEqual(['SYSCTL vm.swappiness value=60'])
    expect(back('?')).toEqual([])
    expect(back('1')).toEqual([])
  })
})
