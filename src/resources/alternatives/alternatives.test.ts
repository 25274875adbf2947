import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { alternatives } from '../index.ts'

test('a name means a program, or the best one there is', async () => {
  const { steps, diagnostics } = await lowered(() => {
    alternatives('editor', { path: '/usr/bin//vim.basic' })
    alternatives('x-www-browser', { auto: true })
  })
  expect(diagnostics).toEqual([])
  expect(steps).toEqual(['ALTERNATIVE editor path=/usr/bin/vim.basic', 'ALTERNATIVE x-www-browser path=auto'])
})

test.each([
  ['editor', {}, /either path or auto: true/],
  ['editor', { auto: false }, /either path or auto: true/],
  ['editor', { path: '/bin/ed', auto: true }, /either path or auto: true/],
  ['editor', { path: 'ed' }, /absolute/],
  ['/usr/bin/editor', { auto: true }, /a name has letters/],
  ['-x', { auto: true }, /a name has letters/],
])('%s %j is refused', async (name, props, says) => {
  expect(await mistakes(() => alternatives(name, props))).toEqual([expect.stringMatching(says)])
})

test('two programs for one name are one too many', async () => {
  const said = await mistakes(() => {
    alternatives('editor', { path: '/bin/ed' })
    alternatives('editor', { path: '/bin/nano' })
  })
  expect(said).toHaveLength(1)
})
