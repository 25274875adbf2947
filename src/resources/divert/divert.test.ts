import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { divert, file, line, link } from '../index.ts'

test('a file, link or edit for the path comes after its diversion', async () => {
  const { steps, diagnostics } = await lowered(() => {
    file('/usr/bin/a', { content: '' })
    link('/usr/bin/b', { target: 'c' })
    line('/etc/c', { line: 'x' })
    divert('/usr/bin/a')
    divert('/usr/bin/b', { to: '/usr/bin/b.real' })
    divert('/etc/c', { absent: true })
  })
  expect(diagnostics).toEqual([])
  expect(steps.map((step) => step.split(' ').slice(0, 3).join(' '))).toEqual([
    'DIVERT /usr/bin/a to=/usr/bin/a.distrib',
    'COPY /usr/bin/a blob=0',
    'DIVERT /usr/bin/b to=/usr/bin/b.real',
    'LINK /usr/bin/b target=c',
    'LINE /etc/c id=x',
    'DIVERT /etc/c type=absent',
  ])
})

test.each([
  ['usr/bin/a', {}, /absolute/],
  ['/', {}, /root directory/],
  ['/usr/bin/a', { to: 'b' }, /absolute/],
  ['/usr/bin/a', { to: '/usr//bin/a' }, /the path itself/],
  ['/usr/bin/a', { to: '/b', absent: true }, /goes nowhere/],
])('%s %j is refused', async (path, props, says) => {
  expect(await mistakes(() => divert(path, props))).toEqual([expect.stringMatching(says)])
})

test('a system without dpkg is named, and one that is not known yet is not', async () => {
  expect((await lowered(() => divert('/a'), { os: 'fedora/43' })).diagnostics[0]?.summary).toMatch(/fedora\/43 has dnf/)
  expect((await lowered(() => divert('/a'), { os: 'linux' })).diagnostics).toEqual([])
})
