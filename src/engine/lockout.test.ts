import { expect, test } from 'vitest'
import type { InventoryHost } from '../inventory/index.ts'
import type { Change } from '../plan/plan.ts'
import type { Action, Step } from '../steps/step.ts'
import { lockoutKeys } from './lockout.ts'

const host = (over: Partial<InventoryHost> = {}): InventoryHost =>
  ({ name: 'web1', connection: 'ssh', ...over }) as InventoryHost

const change = (key: string, action: Change['action'], actions: readonly Action[] = []): Change => ({
  key,
  action,
  reason: 'changed',
  conflict: false,
  before: { is: 'known', aspects: {} },
  after: {},
  steps: [{} as Step],
  reversibility: 'exact',
  stays: [],
  actions,
  audit: false,
})

const risky = (key: string, action: Change['action'] = 'update', over: Partial<InventoryHost> = {}): boolean =>
  lockoutKeys([change(key, action)], host(over)).length > 0

test.each([
  ['path:/etc/ssh/sshd_config.d/port.conf', 'create', true],
  ['path:/etc/ssh/sshd_config#line:port', 'update', true],
  ['path:/etc/pam.d/sshd', 'update', true],
  ['path:/etc/nftables.conf', 'update', true],
  ['path:/etc/netplan/10-lan.yaml', 'create', true],
  ['path:/etc/sysconfig/nftables.conf#line:hexis-firewall', 'update', true],
  ['path:/etc/nftables.d/hexis-main.nft', 'create', true],
  ['path:/etc/sysconfig/network/ifcfg-eth1', 'create', true],
  ['path:/etc/NetworkManager/system-connections/eth1.nmconnection', 'create', true],
  ['path:/etc/network/interfaces.d/eth1', 'create', true],
  ['unit:ssh.service', 'update', true],
  ['unit:nftables.service', 'update', true],
  ['path:/root/.ssh/authorized_keys#line:ada', 'create', false],
  ['path:/root/.ssh/authorized_keys#line:ada', 'remove', true],
  ['package:openssh-server', 'remove', true],
  ['package:openssh-server', 'create', false],
  ['user:root', 'update', true],
  ['user:app', 'update', false],
  ['sysctl:net.ipv6.conf.all.disable_ipv6', 'update', true],
  ['sysctl:net.ipv4.tcp_rmem', 'update', false],
  ['path:/etc/motd', 'update', false],
  ['path:/etc/nginx/sites/network', 'create', false],
  ['unit:nginx.service', 'update', false],
] as const)('%s, %s: %s', (key, action, wanted) => {
  expect(risky(key, action)).toBe(wanted)
})

test('sudoers keep out only who needs sudo; the own login only whose it is', () => {
  expect(risky('path:/etc/sudoers.d/ops')).toBe(false)
  expect(risky('path:/etc/sudoers.d/ops', 'update', { become: 'sudo' })).toBe(true)
  expect(risky('user:ops', 'update', { ssh: { user: 'ops' } })).toBe(true)
})

test('nobody is kept out where no network lies between', () => {
  expect(risky('unit:ssh.service', 'update', { connection: 'local' })).toBe(false)
})

test('a restart of sshd counts like a change of it', () => {
  const restart = { verb: 'RESTART', target: 'ssh.service' } as Action
  expect(lockoutKeys([change('path:/opt/x', 'create', [restart])], host())).toEqual(['path:/opt/x'])
})
