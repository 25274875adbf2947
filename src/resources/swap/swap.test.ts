import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { swap } from '../index.ts'
import type { SwapProps } from './swap.ts'

test('a swap area is its use, and its line', async () => {
  const { steps, diagnostics } = await lowered(() => {
    swap('/var//swap file', { size: '512MiB', priority: 5 })
    swap('LABEL=swap')
    swap('/old', { absent: true })
    swap('/later', { size: '1GiB', now: false })
  })
  expect(diagnostics).toEqual([])
  const line = (path: string, match: string, text: string) =>
    `LINE /etc/fstab create=yes id=swap:${path} line=${text.replaceAll(' ', '%20')} match=^\\s*${match}\\s+\\S+\\s+swap\\s && RELOAD systemd`
  expect(steps).toEqual([
    'SWAP /var/swap%20file active=yes priority=5 size=536870912',
    line('/var/swap%20file', '/var/swap\\\\040file', '/var/swap\\040file none swap sw,pri%3D5 0 0'),
    'SWAP LABEL%3Dswap active=yes',
    line('LABEL%3Dswap', 'LABEL%3Dswap', 'LABEL%3Dswap none swap sw 0 0'),
    'SWAP /old active=no',
    'LINE /etc/fstab absent=yes id=swap:/old match=^\\s*/old\\s+\\S+\\s+swap\\s && RELOAD systemd',
    line('/later', '/later', '/later none swap sw 0 0'),
  ])
})

test('without a kernel there is only the line', async () => {
  const { steps } = await lowered(() => swap('/swapfile', { size: '1GiB' }), { capabilities: ['paths'] })
  expect(steps.map((step) => step.split(' ')[0])).toEqual(['LINE'])
})

test.each<[string, SwapProps, RegExp]>([
  ['/swapfile', {}, /size is missing/],
  ['/swapfile', { size: '2' }, /512MiB or 2GiB/],
  ['/swapfile', { size: '0MiB' }, /512MiB or 2GiB/],
  ['/swapfile', { size: '1GiB', priority: -1 }, /priority/],
  ['/swapfile', { size: '1GiB', priority: 32_768 }, /priority/],
  ['/swapfile', { absent: true, size: '1GiB' }, /no size and priority/],
  ['/dev/disk/by-label/x', { size: '1GiB' }, /size is for files/],
  ['/dev/sda2', {}, /change from boot to boot/],
  ['swapfile', { size: '1GiB' }, /absolute/],
  ['/a/../b', { size: '1GiB' }, /without \.\./],
])('%s %j is refused', async (device, props, says) => {
  expect(await mistakes(() => swap(device, props))).toEqual([expect.stringMatching(says)])
})
