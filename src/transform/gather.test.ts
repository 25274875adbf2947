import { expect, test } from 'vitest'
import { edgesOf } from './edges.ts'
import { gathered } from './gather.ts'
import { inOrder } from './order.ts'
import type { PlacedStep } from './placed-step.ts'

const kinds: Readonly<Record<string, string>> = { GROUP: 'group', USER: 'user', EXEC: 'exec', PACKAGE: 'package' }

/** `VERB TARGET name=value… after=TYPE:ID`; its resource is `verb:target`. */
const step = (text: string): PlacedStep => {
  const [verb = '', target = '', ...rest] = text.split(' ')
  const { after, ...args } = Object.fromEntries(rest.map((word) => word.split('=')))
  const kind = kinds[verb] ?? 'path'
  const resource = { type: verb.toLowerCase(), id: target, ...(after === undefined ? {} : { after: [after] }) }
  return { verb, target, args, key: `${kind}:${target}`, kind, resource } as unknown as PlacedStep
}

const order = (...texts: readonly string[]): readonly string[] => {
  const steps = texts.map(step)
  const before = edgesOf(steps)
  return gathered(inOrder(before).order ?? [], steps, before).map(
    (n) => texts[n]?.split(' ').slice(0, 2).join(' ') ?? '',
  )
}

test('accounts and what they own, one after the other, become three batches', () => {
  expect(
    order('GROUP a', 'USER a gid=a', 'DIR /srv/a owner=a', 'GROUP b', 'USER b gid=b', 'DIR /srv/b owner=b'),
  ).toEqual(['GROUP a', 'GROUP b', 'USER a', 'USER b', 'DIR /srv/a', 'DIR /srv/b'])
})

test('the written order stays where nothing is gained', () => {
  expect(order('COPY /a', 'USER u')).toEqual(['COPY /a', 'USER u'])
})

test.each([
  ['a home stands below it', ['USER x', 'DIR /data', 'USER a home=/data/a', 'DIR /data/x']],
  ['it is a setting of the tools', ['USER x', 'COPY /etc/login.defs', 'USER a', 'COPY /srv/y']],
  ['it is the shell', ['USER x', 'COPY /opt/sh', 'USER a shell=/opt/sh', 'COPY /srv/y']],
  ['that is told', ['USER x', 'DIR /data', 'USER a after=dir:/data', 'COPY /srv/y']],
])('an account stays behind a path: %s', (_, texts) => {
  const done = order(...texts)
  expect(done.indexOf('USER a')).toBeGreaterThan(done.indexOf((texts[1] ?? '').split(' ').slice(0, 2).join(' ')))
})

test('nothing moves across a command, a package or a removal', () => {
  for (const wall of ['EXEC x', 'PACKAGE x', 'RM /srv/old', 'USER old type=absent'])
    expect(order('GROUP a', 'DIR /srv/a', wall, 'GROUP b', 'DIR /srv/b')).toEqual([
      'GROUP a',
      'DIR /srv/a',
      wall.split(' ').slice(0, 2).join(' '),
      'GROUP b',
      'DIR /srv/b',
    ])
})

test('a group stays behind the accounts that it takes in, where they are written before it', () => {
  expect(order('GROUP a', 'USER m', 'GROUP g members=m', 'USER n')).toEqual(['GROUP a', 'USER m', 'GROUP g', 'USER n'])
  expect(order('USER m', 'GROUP g members=x', 'USER n')).toEqual(['GROUP g', 'USER m', 'USER n'])
})
