import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { timezone } from '../index.ts'

test('a zone is a link, and a file where the system has one', async () => {
  const debian = await lowered(() => timezone('Europe/Berlin'))
  expect(debian.steps).toEqual([
    'LINK /etc/localtime must=yes target=/usr/share/zoneinfo/Europe/Berlin',
    'COPY /etc/timezone blob=0 group=root mode=0644 owner=root',
  ])
  expect(debian.contents).toEqual(['Europe/Berlin\n'])
  const arch = await lowered(() => timezone('UTC'), { os: 'arch' })
  expect(arch.steps).toEqual(['LINK /etc/localtime must=yes target=/usr/share/zoneinfo/UTC'])
})

test.each([
  ['Europe/Berln', /did you mean 'Europe\/Berlin'/],
  ['europe/berlin', /did you mean 'Europe\/Berlin'/],
  ['Europe/berlin', /did you mean 'Europe\/Berlin'/],
  ['../../passwd', /is written as/],
  ['/Europe/Berlin', /did you mean 'Europe\/Berlin'/],
  ['+01:00', /is written as/],
  ['CEST', /time zone/],
  ['', /is written as/],
])('%j is refused', async (name, says) => {
  expect(await mistakes(() => timezone(name))).toEqual([expect.stringMatching(says)])
})

test.each(['UTC', 'Etc/GMT-1', 'Asia/Kolkata', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires', 'US/Eastern'])(
  '%s is a zone',
  async (name) => {
    expect(await mistakes(() => timezone(name))).toEqual([])
  },
)

test('two time zones of one host are one too many', async () => {
  const said = await mistakes(() => {
    timezone('Europe/Berlin')
    timezone('UTC')
  })
  expect(said.join('\n')).toContain('/etc/localtime')
})
