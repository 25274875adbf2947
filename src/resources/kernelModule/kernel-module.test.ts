import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { kernelModule } from '../index.ts'

const file = (path: string, blob: number): string =>
  `COPY /etc/${path} blob=${blob} group=root mode=0644 owner=root parents=yes`

test('a module is loaded now and at boot, with its options known before', async () => {
  const { steps, contents } = await lowered(() =>
    kernelModule('kvm-intel', { options: { nested: true, ept: false, pages: 4, list: 'a b' } }),
  )
  expect(steps).toEqual([
    file('modprobe.d/hexis-kvm_intel.conf', 0),
    file('modules-load.d/hexis-kvm_intel.conf', 1),
    'MODULE kvm_intel loaded=yes',
  ])
  expect(contents).toEqual(['options kvm_intel nested=1 ept=0 pages=4 list="a b"\n', 'kvm_intel\n'])
})

test('a module on the blacklist is neither loaded by itself nor for another, and is left alone until told otherwise', async () => {
  const { steps, contents } = await lowered(() => kernelModule('usb_storage', { blacklist: true }))
  expect(steps).toEqual([file('modprobe.d/hexis-usb_storage.conf', 0)])
  expect(contents).toEqual(['blacklist usb_storage\ninstall usb_storage /bin/false\n'])
  const now = await lowered(() => kernelModule('usb_storage', { blacklist: true, now: true }))
  expect(now.steps[1]).toBe('MODULE usb_storage loaded=no')
})

test('only the files are written for the next boot, and where there is no running kernel', async () => {
  const steps = [file('modules-load.d/hexis-dummy.conf', 0)]
  expect((await lowered(() => kernelModule('dummy', { now: false }))).steps).toEqual(steps)
  expect(await lowered(() => kernelModule('dummy'), { capabilities: ['paths', 'owners'] })).toMatchObject({
    diagnostics: [],
    steps,
  })
})

test.each([
  ['../x', {}, /letters, digits/],
  ['-r', {}, /letters, digits/],
  ['a b', {}, /letters, digits/],
  ['x', { options: { 'a b': 1 } }, /parameter/],
  ['x', { options: { a: 'b"c' } }, /neither quotes/],
  ['x', { options: { a: 'b\nc' } }, /one line/],
  ['x', { options: { a: 1 }, blacklist: true }, /no options/],
])('%s %j is refused', async (name, props, says) => {
  expect(await mistakes(() => kernelModule(name, props))).toEqual([expect.stringMatching(says)])
})
