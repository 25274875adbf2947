import { describe, expect, test } from 'vitest'
import { type Given, type Held, opLines, planOf } from './plan-table.ts'

interface Row {
  readonly says: string
  readonly given: Given
  readonly lines: readonly string[]
}

const made = (key: string, step: string): Readonly<Record<string, Held>> => ({
  [key]: { origin: 'type=absent', last: 'content=A type=file', step },
})
const there = 'content=A nlink=1 type=file'

describe('in which order', () => {
  test.each<Row>([
    {
      says: 'what is wanted, as listed',
      given: { wanted: ['GROUP g', 'DIR /d group=g', 'COPY /d/x blob=A'] },
      lines: ['GROUP g', 'DIR /d group=g', 'COPY /d/x blob=A'],
    },
    {
      says: 'what goes, before what comes and against the order of making',
      given: {
        wanted: ['COPY /new blob=A'],
        held: { ...made('path:/one', 'COPY /one blob=A'), ...made('path:/two', 'COPY /two blob=A') },
        observed: { 'path:/one': there, 'path:/two': there },
      },
      lines: ['RM /two', 'RM /one', 'COPY /new blob=A'],
    },
    {
      says: 'a command that follows what goes, while the package that has its program is still there',
      given: {
        held: {
          'package:nft': { origin: 'type=absent', last: 'type=present', step: 'PACKAGE nft' },
          ...made('path:/one', 'COPY /one blob=A && RUN job'),
        },
        observed: { 'path:/one': there, 'package:nft': 'type=present' },
      },
      lines: ['RM /one', 'RUN job missing=ok for 1', 'PACKAGE nft purge=yes type=absent'],
    },
    {
      says: 'what gives access, before all else; what takes it, after all else',
      given: {
        wanted: ['COPY /new blob=A', 'COPY /etc/sudoers.d/ann blob=A'],
        held: {
          ...made('path:/gone', 'COPY /gone blob=A'),
          ...made('path:/root/.ssh/authorized_keys', 'COPY /root/.ssh/authorized_keys blob=A'),
        },
        observed: {
          'path:/gone': there,
          'path:/root/.ssh/authorized_keys': there,
          'path:/etc/sudoers.d': 'mode=0755 type=dir',
        },
      },
      lines: ['COPY /etc/sudoers.d/ann blob=A', 'RM /gone', 'COPY /new blob=A', 'RM /root/.ssh/authorized_keys'],
    },
    {
      says: 'what gives access to an account that goes, before the account, and then the folder that is empty by then',
      given: {
        held: {
          'user:ann': { origin: 'type=absent', last: 'home=/home/ann type=present', step: 'USER ann' },
          'path:/home/ann/.ssh': {
            origin: 'type=absent',
            last: 'mode=0700 type=dir',
            step: 'DIR /home/ann/.ssh mode=0700',
          },
          'path:/home/ann/.ssh/authorized_keys#line:k': {
            origin: 'file=absent type=absent',
            last: 'text=key type=text',
            step: 'LINE /home/ann/.ssh/authorized_keys create=yes id=k line=key',
          },
          ...made('path:/etc/sudoers.d/x', 'COPY /etc/sudoers.d/x blob=A'),
        },
        files: { '/home/ann/.ssh/authorized_keys': 'key\n' },
        observed: {
          'user:ann': 'home=/home/ann type=present',
          'path:/home/ann/.ssh': 'entries=authorized_keys mode=0700 type=dir',
          'path:/home/ann/.ssh/authorized_keys': there,
          'path:/etc/sudoers.d/x': there,
        },
      },
      lines: ['RM /home/ann/.ssh/authorized_keys', 'RM /home/ann/.ssh', 'USER ann type=absent', 'RM /etc/sudoers.d/x'],
    },
    {
      says: 'what gives access in its place, where it needs what the plan makes',
      given: {
        wanted: ['COPY /new blob=A', 'USER ann', 'COPY /etc/sudoers.d/ann blob=A owner=ann'],
        observed: { 'path:/etc/sudoers.d': 'mode=0755 type=dir', 'user:ann': 'type=absent' },
      },
      lines: ['COPY /new blob=A', 'USER ann', 'COPY /etc/sudoers.d/ann blob=A owner=ann'],
    },
    {
      says: 'all edits of a file as one, at the place of the first that changes something',
      given: {
        wanted: ['DIR /d', 'LINE /h id=a line=a', 'LINE /h id=b line=b', 'DIR /e'],
        files: { '/h': '' },
        observed: { 'path:/h': there },
      },
      lines: ['DIR /d', 'COPY /h blob=0f1e5e0ba5cc3e63a40dcc1d3b0f2a4d0b0ad7e4bb0a4a8cdda8c0d1d3a9a5a7', 'DIR /e'],
    },
  ])('$says', ({ given, lines }) => {
    const shown = opLines(given).map((line) => line.replace(/blob=[0-9a-f]{64}/, 'blob=…'))
    expect(shown).toEqual(lines.map((line) => line.replace(/blob=[0-9a-f]{64}/, 'blob=…')))
  })

  test('a part of a file gives way to the whole of it before it, and takes its place in the next cycle', () => {
    const part = { 'path:/h#line:a': { origin: 'type=absent', last: 'text=a type=text', step: 'LINE /h id=a line=a' } }
    const observed = { 'path:/h': 'content=F nlink=1 type=file' }
    const given = { wanted: ['COPY /h blob=A'], held: part, files: { '/h': 'x\na\n' }, observed }
    expect(opLines(given).map((line) => line.replace(/blob=[0-9a-f]{64}/, 'blob=…'))).toEqual([
      'COPY /h blob=…',
      'COPY /h blob=A',
    ])
    expect(planOf(given).edited.get('/h')).toEqual({ before: 'x\na\n', after: 'x\n' })
    const whole = {
      'path:/h': { origin: 'content=O inode=t1.1 type=file', last: 'content=F type=file', step: 'COPY /h blob=F' },
    }
    const back = { wanted: ['LINE /h id=a line=a'], held: whole, files: { '/h': 'F' }, observed }
    expect(opLines(back)).toEqual(['COPY /h blob=O inode=t1.1'])
    expect(planOf(back).plan.changes.map((change) => change.note)).toEqual([
      undefined,
      '/h is not there yet: edited once path:/h has run',
    ])
  })
})

describe('behind an edit of a file that may come with a package', () => {
  const wanted = [
    'PACKAGE app',
    'COPY /etc/other blob=A',
    'ENV /etc/default/app create=yes key=PORT value=80',
    'COPY /etc/third blob=A',
    'UNIT app.service active=yes',
    'WAIT app port=80 when=unit:app.service',
    'EXEC job command=x',
    'COPY /srv/made blob=A',
  ]
  const stopped = {
    'unit:app.service': 'active=no enabled=no',
    'wait:app': 'done=yes',
    'path:/etc/default': 'type=dir',
    'path:/etc/default/app': 'type=absent',
  }

  test('what is started or run waits for the next cycle too, and all that stands behind a command', () => {
    const given = { wanted, observed: { ...stopped, 'package:app': 'type=absent' } }
    expect(opLines(given)).toEqual(['PACKAGE app', 'COPY /etc/other blob=A', 'COPY /etc/third blob=A'])
    const { changes, ledger } = planOf(given).plan
    const waiting = 'waits until /etc/default/app is edited, once that file is there'
    expect(changes.filter(({ later }) => later).map(({ key, note }) => [key, note])).toEqual([
      ['path:/etc/default/app#env:PORT', '/etc/default/app is not there yet: edited once package:app has run'],
      ['unit:app.service', waiting],
      ['exec:job', waiting],
      ['path:/srv/made', waiting],
    ])
    expect([...ledger.entries.keys()]).toEqual(['wait:app', 'package:app', 'path:/etc/other', 'path:/etc/third'])
  })

  test('the next cycle brings it in the order of the list', () => {
    const there = { 'package:app': 'type=present', 'path:/etc/other': 'content=A nlink=1 type=file' }
    const given = { wanted, observed: { ...stopped, ...there, 'path:/etc/third': 'content=A nlink=1 type=file' } }
    expect(opLines(given).map((line) => line.replace(/blob=[0-9a-f]{64}/, 'blob=…'))).toEqual([
      'COPY /etc/default/app blob=…',
      'UNIT app.service active=yes',
      'WAIT app port=80 when=unit:app.service',
      'EXEC job command=x',
      'COPY /srv/made blob=A',
    ])
    expect(planOf(given).plan.changes.filter(({ later }) => later)).toEqual([])
  })

  test('a file that is there is edited at once, and nothing waits', () => {
    const file = { '/etc/default/app': 'PORT=1\n' }
    const observed = {
      ...stopped,
      'package:app': 'type=absent',
      'path:/etc/default/app': 'content=F nlink=1 type=file',
    }
    expect(planOf({ wanted, observed, files: file }).plan.changes.some(({ later }) => later)).toBe(false)
  })
})

test('a directory waits for what a command may take out of it when it is undone, and its owner with it', () => {
  const held: Readonly<Record<string, Held>> = {
    'group:ann': { origin: 'type=absent', last: 'type=present', step: 'GROUP ann' },
    'user:ann': { origin: 'type=absent', last: 'group=ann type=present', step: 'USER ann group=ann' },
    'path:/d': { origin: 'type=absent', last: 'owner=ann type=dir', step: 'DIR /d owner=ann' },
    'exec:seed': { origin: 'done=no', last: 'done=yes', step: 'EXEC seed command=x undo=y' },
  }
  const accounts = { 'user:ann': 'group=ann type=present', 'group:ann': 'type=present' }
  const first = {
    held,
    observed: { ...accounts, 'path:/d': 'entries=seed owner=ann type=dir', 'exec:seed': 'done=yes' },
  }
  expect(opLines(first)).toEqual(['EXEC seed command=y undo=x'])
  expect([...planOf(first).plan.ledger.entries.keys()]).toEqual(['path:/d', 'user:ann', 'group:ann'])
  expect(planOf(first).plan.changes.map((change) => change.note)).toEqual([
    undefined,
    'not empty now (seed): removed if it is empty once exec:seed has gone',
    'stays as long as path:/d belongs to it',
    'stays as long as user:ann belongs to it',
  ])
  const { 'exec:seed': _gone, ...rest } = held
  const empty = { held: rest, observed: { ...accounts, 'path:/d': 'entries= owner=ann type=dir' } }
  expect(opLines(empty)).toEqual(['RM /d', 'USER ann group=ann type=absent', 'GROUP ann type=absent'])
  const full = { held: rest, observed: { ...accounts, 'path:/d': 'entries=mine owner=ann type=dir' } }
  expect(opLines(full)).toEqual(['USER ann group=ann type=absent', 'GROUP ann type=absent'])
  expect(planOf(full).plan.changes[0]).toMatchObject({ reason: 'released', note: 'not empty, stays: mine' })
})

describe('what a change sets off', () => {
  const stopped = { 'unit:u.service': 'active=no enabled=no' }
  const running = { 'unit:u.service': 'active=yes enabled=yes' }
  test.each<Row>([
    {
      says: 'a reload at the end, once for all that ask',
      given: { wanted: ['COPY /a blob=A && RELOAD u.service', 'COPY /b blob=B && RELOAD u.service', 'DIR /d'] },
      lines: ['COPY /a blob=A', 'COPY /b blob=B', 'DIR /d', 'RELOAD u.service for 1,2'],
    },
    {
      says: 'nothing, where nothing changes',
      given: { wanted: ['COPY /a blob=A && RELOAD u.service'], observed: { 'path:/a': there } },
      lines: [],
    },
    {
      says: 'a restart instead of a reload, whoever asks first',
      given: { wanted: ['COPY /a blob=A && RESTART u.service', 'COPY /b blob=B && RELOAD u.service'] },
      lines: ['COPY /a blob=A', 'COPY /b blob=B', 'RESTART u.service for 1,2'],
    },
    {
      says: 'several, in the order of their first cause',
      given: { wanted: ['COPY /a blob=A && RESTART v.service', 'COPY /b blob=B && RELOAD u.service && RUN job'] },
      lines: ['COPY /a blob=A', 'COPY /b blob=B', 'RESTART v.service for 1', 'RELOAD u.service for 2', 'RUN job for 2'],
    },
    {
      says: 'none on a unit that is started afterwards: it reads its configuration then',
      given: { wanted: ['COPY /a blob=A && RELOAD u.service', 'UNIT u.service active=yes'], observed: stopped },
      lines: ['COPY /a blob=A', 'UNIT u.service active=yes'],
    },
    {
      says: 'none on a unit that is stopped',
      given: { wanted: ['UNIT u.service active=no', 'COPY /a blob=A && RELOAD u.service'], observed: running },
      lines: ['UNIT u.service active=no', 'COPY /a blob=A'],
    },
    {
      says: 'on a unit that was running, before its own later change',
      given: {
        wanted: ['COPY /a blob=A && RESTART u.service', 'UNIT u.service active=yes enabled=no', 'DIR /d'],
        observed: running,
      },
      lines: ['COPY /a blob=A', 'RESTART u.service for 1', 'UNIT u.service enabled=no', 'DIR /d'],
    },
    {
      says: 'by what goes as well, where the unit is still there',
      given: {
        held: made('path:/a', 'COPY /a blob=A && RELOAD u.service'),
        observed: { 'path:/a': there },
      },
      lines: ['RM /a', 'RELOAD u.service missing=ok for 1'],
    },
    {
      says: 'by an edit, for the one replacement of its file',
      given: {
        wanted: ['LINE /h id=a line=a && RELOAD u.service'],
        files: { '/h': '' },
        observed: { 'path:/h': there },
      },
      lines: ['COPY /h blob=…', 'RELOAD u.service for 1'],
    },
    {
      says: 'nothing by what is only looked at',
      given: { wanted: ['COPY /a blob=A && RELOAD u.service'], audit: true },
      lines: [],
    },
  ])('$says', ({ given, lines }) => {
    expect(opLines(given).map((line) => line.replace(/blob=[0-9a-f]{64}/, 'blob=…'))).toEqual(lines)
  })
})
