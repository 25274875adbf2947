import { describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { mountKind } from '../../states/mount/kind.ts'
import { directory, file, git, mount } from '../index.ts'
import type { MountProps } from './mount.ts'

const uuid = 'UUID=0b4e3a1c-6a6a-4c8e-8d0c-3d1d9a7f5c11'

test('a mount is its line and what is mounted; the place is made by what mounts', async () => {
  const { steps, diagnostics } = await lowered(() => {
    mount('/srv/a b/', { device: uuid, type: 'ext4', options: ['noatime', 'nofail'], pass: 2 })
    mount('/srv/x', { device: '/srv/y', options: ['bind'] })
    mount('/mnt/old', { absent: true })
  })
  expect(diagnostics).toEqual([])
  const escaped = (text: string) => text.replaceAll(' ', '%20')
  expect(steps).toEqual([
    `LINE /etc/fstab create=yes id=mount:/srv/a%20b ${escaped(
      `line=${uuid.replace('=', '%3D')} /srv/a\\040b ext4 noatime,nofail 0 2`,
    )} match=^\\s*[^%23\\s]\\S*\\s+/srv/a\\\\040b/?\\s && RELOAD systemd`,
    `MOUNT /srv/a%20b device=${uuid.replace('=', '%3D')} options=noatime vfstype=ext4`,
    `LINE /etc/fstab create=yes id=mount:/srv/x ${escaped('line=/srv/y /srv/x none bind 0 0')} match=^\\s*[^%23\\s]\\S*\\s+/srv/x/?\\s && RELOAD systemd`,
    'MOUNT /srv/x device=/srv/y options=bind',
    'MOUNT /mnt/old mounted=no',
    `LINE /etc/fstab absent=yes id=mount:/mnt/old match=^\\s*[^%23\\s]\\S*\\s+/mnt/old/?\\s && RELOAD systemd`,
  ])
})

test('without a kernel, or where it is left alone, there is only the line, and the directory', async () => {
  const declare = (more: Partial<MountProps>) => () => mount('/srv/a', { device: 'tmpfs', type: 'tmpfs', ...more })
  const verbs = (steps: readonly string[]) => steps.map((step) => step.split(' ')[0])
  expect(verbs((await lowered(declare({}), { capabilities: ['paths'] })).steps)).toEqual(['DIR', 'LINE'])
  expect(verbs((await lowered(declare({ now: false }))).steps)).toEqual(['DIR', 'LINE'])
})

test('what lies in a mount or checkout comes after it, the directory of a checkout before it', async () => {
  const ref = '9daeafb9864cf43055ae93beb0afd6c7d144bfa4'
  const { steps } = await lowered(() => {
    file('/srv/app/.env', { content: '' })
    directory('/srv/app', { owner: 'app' })
    directory('/data/x', { mode: '0700' })
    directory('/data', { mode: '0750' })
    git('/srv/app', { repo: '/srv/origin', ref })
    mount('/data', { device: 'tmpfs', type: 'tmpfs' })
  })
  const order = steps.map((step) => step.split(' ').slice(0, 2).join(' '))
  expect(order.filter((step) => !step.startsWith('LINE'))).toEqual([
    'DIR /srv/app',
    'GIT /srv/app',
    'COPY /srv/app/.env',
    'MOUNT /data',
    'DIR /data',
    'DIR /data/x',
  ])
})

describe('options', () => {
  const same = (wanted: string, now: string) => mountKind.same?.('flags', wanted, now)
  test.each([
    ['size=10m,nosuid', 'rw,nosuid,relatime,size=10240k'],
    ['mode=755', 'rw,mode=0755'],
    ['suid,exec', 'rw,relatime'],
    ['uid=5,x-systemd.idle-timeout=1', 'rw'],
  ])('%s holds in %s', (wanted, now) => expect(same(wanted, now)).toBe(true))
  test.each([
    ['size=10m', 'rw,size=1024k'],
    ['ro', 'rw,relatime'],
    ['exec', 'rw,noexec'],
    ['rw,relatime,noexec', 'rw,relatime'],
  ])('%s does not hold in %s', (wanted, now) => expect(same(wanted, now)).toBe(false))
})

test.each<[string, MountProps, RegExp]>([
  ['/srv/a', {}, /device is missing/],
  ['/srv/a', { absent: true, device: 'tmpfs' }, /no other property/],
  ['/srv/a', { device: '/dev/sda1' }, /change from boot to boot/],
  ['/srv/a', { device: '/dev/nvme0n1p2' }, /change from boot to boot/],
  ['/srv/a', { device: '-x' }, /does not start with -/],
  ['/srv/a', { device: 'tmpfs', type: 'ext 4' }, /sort of file system/],
  ['/srv/a', { device: 'tmpfs', options: ['ro,noexec'] }, /each is an item of its own/],
  ['/srv/a', { device: 'data', options: ['bind'] }, /absolute path/],
  ['/srv/a', { device: 'tmpfs', pass: 3 as 2 }, /pass/],
  ['/proc', { device: 'proc' }, /matter of the system/],
  ['/', { device: 'tmpfs' }, /root directory/],
  ['srv', { device: 'tmpfs' }, /absolute/],
])('%s %j is refused', async (path, props, says) => {
  expect(await mistakes(() => mount(path, props))).toEqual([expect.stringMatching(says)])
})
