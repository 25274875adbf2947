import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { secret, text } from '../../text/index.ts'
import { debconf, pkg } from '../index.ts'
import type { DebconfProps } from './debconf.ts'

test('an answer is there before the package that asks', async () => {
  const { steps, diagnostics } = await lowered(() => {
    pkg('curl')
    pkg('postfix')
    debconf('postfix/main_mailer_type', { package: 'postfix', type: 'select', value: 'Local only' })
    debconf('man-db/auto-update', { package: 'man-db', value: false })
  })
  expect(diagnostics).toEqual([])
  expect(steps).toEqual([
    'PACKAGE curl',
    'DEBCONF postfix/main_mailer_type as=select package=postfix seen=yes value=Local%20only',
    'PACKAGE postfix',
    'DEBCONF man-db/auto-update as=boolean package=man-db seen=yes value=false',
  ])
})

const good = { package: 'a', value: 'x' }

test.each([
  ['nosuch', good, /package\/question/],
  ['a b/c', good, /package\/question/],
  ['a/b', { value: 'x' }, /package is missing/],
  ['a/b', { package: 'A b', value: 'x' }, /name of a package/],
  ['a/b', { package: 'aa' }, /value/],
  ['a/b', { ...good, package: 'aa', type: 'password' }, /type/],
  ['a/b', { package: 'aa', value: true, type: 'select' }, /true and false are boolean/],
  ['a/b', { package: 'aa', value: 'yes', type: 'boolean' }, /is true or false/],
  ['a/b', { package: 'aa', value: 'a\nb' }, /one line/],
  ['a/b', { package: 'aa', value: ' a' }, /spaces around it/],
  ['a/b', { package: 'aa', value: 'a\\' }, /backslash/],
])('%s %j is refused', async (question, props, says) => {
  const said = await mistakes(() => debconf(question, { ...props } as DebconfProps))
  expect(said.join('\n')).toMatch(says)
})

test('a secret is refused: it would stand in plans', async () => {
  const { diagnostics } = await lowered(() => debconf('a/b', { package: 'aa', value: text`${secret.env('A')}` }))
  expect(diagnostics).toMatchObject([{ code: 'held-here' }])
})
