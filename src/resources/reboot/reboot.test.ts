import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { directory, file, kernelModule, pkg, reboot } from '../index.ts'
import type { RebootProps } from './reboot.ts'

test('a reboot knows what it comes after, and all that comes after it', async () => {
  const { steps, diagnostics } = await lowered(() => {
    const kernel = pkg('linux-image')
    const booted = reboot('kernel', { when: 'changed', after: kernel })
    directory('/srv/new', { after: booted })
    file('/srv/new/b', { content: 'x\n' })
    file('/srv/other', { content: 'x\n' })
    const again = reboot('again', { timeout: 60, after: booted })
    kernelModule('zfs', { options: { a: 1 }, now: false, after: again })
  })
  expect(diagnostics).toEqual([])
  expect(steps.filter((step) => step.startsWith('REBOOT'))).toEqual([
    'REBOOT kernel later=path:/srv/new%20path:/srv/new/b%20reboot:again%20path:/etc/modprobe.d/hexis-zfs.conf%20path:/etc/modules-load.d/hexis-zfs.conf timeout=600 when=package:linux-image',
    'REBOOT again if=required later=path:/etc/modprobe.d/hexis-zfs.conf%20path:/etc/modules-load.d/hexis-zfs.conf timeout=60 when=reboot:kernel',
  ])
})

test('alone it asks the host', async () => {
  expect((await lowered(() => reboot('updates'))).steps).toEqual(['REBOOT updates if=required timeout=600'])
})

test.each<[string, Parameters<typeof lowered>[1]]>([
  ['a folder', { capabilities: ['paths'] }],
  ['a chroot', { capabilities: ['paths', 'owners', 'accounts', 'packages', 'units', 'exec'] }],
])('%s has no boot, and it is unsupported there', async (_name, options) => {
  const { steps, diagnostics } = await lowered(() => reboot('updates'), options)
  expect(steps).toEqual([])
  expect(diagnostics).toMatchObject([{ code: 'unsupported-here', summary: expect.stringMatching(/reboot 'updates'/) }])
})

test.each<[string, RebootProps, RegExp]>([
  ['a/b', {}, /letters, digits/],
  ['..', {}, /letters, digits/],
  ['a', { timeout: 5 }, /it is 10 to 7200/],
  ['a', { timeout: 1e9 }, /it is 10 to 7200/],
  ['a', { when: 'always' } as never, /'required' or 'changed'/],
  ['a', { when: 'changed' }, /after is missing/],
])('%s %j is refused', async (id, props, says) => {
  expect((await mistakes(() => reboot(id, props))).join('\n')).toMatch(says)
})
