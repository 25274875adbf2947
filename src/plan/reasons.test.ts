import { describe, expect, test } from 'vitest'
import { formatArgs } from '../steps/parse.ts'
import { type Given, type Held, planLines, planOf } from './plan-table.ts'

interface Row {
  readonly says: string
  readonly given: Given
  readonly lines: readonly string[]
}

const step = 'COPY /a blob=A mode=0644'
const isA = 'content=A mode=0644 nlink=1 type=file'
const held = (more: Partial<Held> = {}): Readonly<Record<string, Held>> => ({
  'path:/a': { origin: 'type=absent', last: 'content=A mode=0644 type=file', step, ...more },
})
const at = (a: string): Readonly<Record<string, string>> => ({ 'path:/a': a })

describe('why something changes', () => {
  test.each<Row>([
    { says: 'new: it is not there', given: { wanted: [step] }, lines: [`new create path:/a: ${step}`] },
    {
      says: 'new: it is there and differs',
      given: { wanted: [step], observed: at('content=B mode=0600 nlink=1 type=file') },
      lines: [`new update path:/a: ${step}`],
    },
    {
      says: 'new: only what differs is told',
      given: { wanted: [step], observed: at('content=A mode=0600 nlink=1 type=file') },
      lines: ['new update path:/a: CHMOD /a mode=0644'],
    },
    { says: 'it is so already: adopted without a change', given: { wanted: [step], observed: at(isA) }, lines: [] },
    {
      says: 'a unit that is not there neither runs nor is enabled: adopted',
      given: { wanted: ['UNIT u.service active=no enabled=no'], observed: { 'unit:u.service': 'type=absent' } },
      lines: [],
    },
    {
      says: 'new: a unit that is not there does not run by itself',
      given: { wanted: ['UNIT u.service active=yes enabled=no'], observed: { 'unit:u.service': 'type=absent' } },
      lines: ['new create unit:u.service: UNIT u.service active=yes enabled=no'],
    },
    { says: 'it is as it was set: nothing', given: { wanted: [step], held: held(), observed: at(isA) }, lines: [] },
    {
      says: 'changed: the declaration is another',
      given: { wanted: ['COPY /a blob=B mode=0644'], held: held(), observed: at(isA) },
      lines: ['changed update path:/a: COPY /a blob=B mode=0644'],
    },
    {
      says: 'changed: one aspect more is declared',
      given: {
        wanted: [step],
        held: held({ last: 'content=A type=file', step: 'COPY /a blob=A' }),
        observed: at('content=A mode=0600 nlink=1 type=file'),
      },
      lines: ['changed update path:/a: CHMOD /a mode=0644'],
    },
    {
      says: 'drift: somebody changed it',
      given: { wanted: [step], held: held(), observed: at('content=X mode=0644 nlink=1 type=file') },
      lines: [`drift update path:/a: ${step}`],
    },
    {
      says: 'drift: somebody took it',
      given: { wanted: [step], held: held() },
      lines: [`drift create path:/a: ${step}`],
    },
    {
      says: 'removed: no longer declared, and it was not there before',
      given: { held: held(), observed: at(isA) },
      lines: ['removed remove path:/a: RM /a'],
    },
    {
      says: 'removed: no longer declared, and it was another before',
      given: { held: held({ origin: 'content=O inode=t1.1 mode=0600 type=file' }), observed: at(isA) },
      lines: ['removed update path:/a: COPY /a blob=O inode=t1.1 mode=0600'],
    },
    {
      says: 'released: no longer declared, and it is as it was before',
      given: { held: held() },
      lines: ['released remove path:/a (it is as it was before Hexis)'],
    },
    {
      says: 'released: no longer declared, to be kept',
      given: { held: held({ onRemoval: 'keep' }), observed: at(isA) },
      lines: ['released remove path:/a (kept as it is, as declared)'],
    },
    {
      says: 'released: an absence brings nothing back',
      given: { held: held({ origin: 'content=O type=file', last: 'type=absent', step: 'RM /a', negative: true }) },
      lines: ['released remove path:/a (an absence leaves nothing to take back)'],
    },
    {
      says: 'removed: an absence is taken back by a rollback',
      given: {
        held: held({ origin: 'content=O inode=t1.1 type=file', last: 'type=absent', step: 'RM /a', negative: true }),
        rollback: true,
      },
      lines: ['removed update path:/a: COPY /a blob=O inode=t1.1'],
    },
    {
      says: 'released: this host knows no such kind any more',
      given: { held: { 'gone:x': { origin: 'a=1', last: 'a=2', step: 'GONE x' } } },
      lines: ['released remove gone:x (this host cannot be asked for it any more)'],
    },
    {
      says: 'released: a command without an undo',
      given: {
        held: { 'exec:c': { origin: 'done=no', last: 'done=yes', step: 'EXEC c command=true' } },
        observed: { 'exec:c': 'done=yes' },
      },
      lines: ['released remove exec:c (a command without undo is not taken back)'],
    },
    {
      says: 'removed: a command with an undo, which can be taken back in turn',
      given: {
        held: { 'exec:c': { origin: 'done=no', last: 'done=yes', step: 'EXEC c command=make undo=unmake' } },
        observed: { 'exec:c': 'done=yes' },
      },
      lines: ['removed remove exec:c: EXEC c command=unmake undo=make'],
    },
    {
      says: 'the unknown: a package may bring what is not there yet',
      given: {
        wanted: ['PACKAGE p', 'COPY /etc/p/p.conf blob=A'],
        observed: { 'package:p': 'type=absent', 'path:/etc/p': 'type=absent' },
      },
      lines: [
        'new create package:p: PACKAGE p',
        'new create unknown(package:p) path:/etc/p/p.conf: COPY /etc/p/p.conf blob=A',
      ],
    },
    {
      says: 'the unknown: what is there is known, whatever a package does',
      given: { wanted: ['PACKAGE p', step], observed: { 'package:p': 'type=absent', ...at(isA) } },
      lines: ['new create package:p: PACKAGE p'],
    },
    {
      says: 'the unknown: an edit waits for the file that a package brings',
      given: {
        wanted: ['PACKAGE p', 'LINE /etc/p.conf id=i line=l'],
        observed: { 'path:/etc/p.conf': 'type=absent' },
        files: { '/etc/p.conf': undefined },
      },
      lines: [
        'new create package:p: PACKAGE p',
        'new create unknown(package:p) path:/etc/p.conf#line:i: LINE /etc/p.conf id=i line=l (/etc/p.conf is not there yet: edited once package:p has run)',
      ],
    },
    {
      says: 'only to be seen: audit changes are listed and not done',
      given: { wanted: [step], audit: true },
      lines: [`new create audit path:/a: ${step}`],
    },
    {
      says: 'only to be seen: one key alone',
      given: { wanted: [step, 'DIR /d'], meta: new Map([['path:/a', { audit: true }]]) },
      lines: [`new create audit path:/a: ${step}`, 'new create path:/d: DIR /d'],
    },
    {
      says: 'an error: only attributes of what is not there',
      given: { wanted: ['CHMOD /a mode=0600'] },
      lines: ['error[missing-object] path:/a'],
    },
    {
      says: 'an error: only attributes of what never was there, and was absent on purpose',
      given: {
        wanted: ['CHMOD /a mode=0600'],
        held: held({ origin: 'type=absent', last: 'type=absent', step: 'RM /a', negative: true }),
      },
      lines: ['error[missing-object] path:/a'],
    },
    {
      says: 'changed: only attributes of what was there, and was absent on purpose: it comes back',
      given: {
        wanted: ['CHMOD /a mode=0600'],
        held: held({
          origin: 'content=O inode=t1.1 mode=0644 type=file',
          last: 'type=absent',
          step: 'RM /a',
          negative: true,
        }),
      },
      lines: ['changed create path:/a: COPY /a blob=O inode=t1.1 mode=0600'],
    },
    {
      says: 'changed: a file again after it was a link: as it was before, then with the new content',
      given: {
        wanted: ['COPY /a blob=A'],
        held: held({
          origin: 'content=O inode=t1.1 mode=4711 owner=ann type=file',
          last: 'target=/x type=link',
          step: 'LINK /a target=/x',
        }),
        observed: at('target=/x type=link'),
      },
      lines: [
        'changed update path:/a: COPY /a blob=O inode=t1.1 mode=4711 owner=ann; COPY /a blob=A hardlinks=allow mode=4711 owner=ann',
      ],
    },
    {
      says: 'an error: one key declared twice with different values',
      given: { wanted: ['CHMOD /a mode=0600', 'COPY /a blob=A mode=0644'] },
      lines: ['new create path:/a: COPY /a blob=A mode=0644', 'error[declared-twice] path:/a'],
    },
    {
      says: 'an error: a verb of a newer Hexis',
      given: { wanted: ['FROBNICATE /a'] },
      lines: ['error[unknown-verb] '],
    },
    {
      says: 'an error: a key of another site',
      given: { wanted: [step], foreign: new Map([['path:/a', 'other']]) },
      lines: [`new create path:/a: ${step}`, 'error[other-site] path:/a'],
    },
    {
      says: 'an error: a line of another site',
      given: {
        wanted: ['LINE /h id=i line=l'],
        files: { '/h': '' },
        observed: { 'path:/h': isA },
        foreign: new Map([['path:/h#line:i', 'other']]),
      },
      lines: ['new create path:/h#line:i: LINE /h id=i line=l', 'error[other-site] path:/h#line:i'],
    },
  ])('$says', ({ given, lines }) => {
    expect(planLines(given)).toEqual(lines)
  })
})

describe('what is remembered', () => {
  const entry = (given: Given): string => {
    const { origin, last, onRemoval, negative } = planOf(given).plan.ledger.entries.get('path:/a') ?? {}
    if (origin === undefined || last === undefined) return 'nothing'
    return [formatArgs(origin), '->', formatArgs(last), onRemoval, ...(negative ? ['negative'] : [])].join(' ')
  }
  test.each<{ says: string; given: Given; record: string }>([
    {
      says: 'what was not there',
      given: { wanted: [step] },
      record: 'type=absent -> content=A mode=0644 type=file undo',
    },
    {
      says: 'what was there, of the owned aspects alone, and its inode',
      given: { wanted: ['COPY /a blob=A'], observed: at('content=O mode=0600 nlink=1 owner=root type=file') },
      record: 'content=O inode=$TX.1 type=file -> content=A type=file undo',
    },
    {
      says: 'all of what was something else',
      given: { wanted: ['LINK /a target=/x'], observed: at('content=O mode=0600 nlink=1 owner=root type=file') },
      record: 'content=O inode=$TX.1 mode=0600 owner=root type=file -> target=/x type=link undo',
    },
    {
      says: 'the first origin, however often the declaration changes',
      given: {
        wanted: ['COPY /a blob=C mode=0644'],
        held: held({ origin: 'content=O inode=t1.1 mode=0600 type=file' }),
        observed: at(isA),
      },
      record: 'content=O inode=t1.1 mode=0600 type=file -> content=C mode=0644 type=file undo',
    },
    {
      says: 'the origin of an aspect from when it was first declared',
      given: {
        wanted: [step],
        held: held({ origin: 'content=O inode=t1.1 type=file', last: 'content=A type=file', step: 'COPY /a blob=A' }),
        observed: at('content=A mode=0600 nlink=1 type=file'),
      },
      record: 'content=O inode=t1.1 mode=0600 type=file -> content=A mode=0644 type=file undo',
    },
    {
      says: 'what drifted keeps its first origin',
      given: {
        wanted: [step],
        held: held({ origin: 'content=O inode=t1.1 mode=0600 type=file' }),
        observed: at('content=X mode=0644 nlink=1 type=file'),
      },
      record: 'content=O inode=t1.1 mode=0600 type=file -> content=A mode=0644 type=file undo',
    },
    {
      says: 'what was found as declared',
      given: { wanted: [step], observed: at(isA) },
      record: 'content=A mode=0644 type=file -> content=A mode=0644 type=file undo',
    },
    {
      says: 'an absence',
      given: { wanted: ['RM /a'], observed: at('content=O mode=0600 nlink=1 type=file') },
      record: 'content=O inode=$TX.1 mode=0600 type=file -> type=absent undo negative',
    },
    {
      says: 'that it shall be kept',
      given: { wanted: [step], meta: new Map([['path:/a', { onRemoval: 'keep' as const }]]) },
      record: 'type=absent -> content=A mode=0644 type=file keep',
    },
    {
      says: 'what only the host will know, by the number of the step that finds it',
      given: { wanted: ['PACKAGE p', 'COPY /a blob=A'], observed: { 'package:p': 'type=absent' } },
      record: 'content=$2 type=$2 -> content=A type=file undo',
    },
    { says: 'nothing of what only was looked at', given: { wanted: [step], audit: true }, record: 'nothing' },
    { says: 'nothing of what is gone', given: { held: held(), observed: at(isA) }, record: 'nothing' },
  ])('$says', ({ given, record }) => {
    expect(entry(given)).toBe(record)
  })

  test('a mode that is no longer declared goes back: to what was there, else to what making gives', () => {
    const wanted = ['COPY /a blob=A']
    const before = held({ origin: 'content=O mode=0600 type=file' })
    expect(planLines({ wanted, held: before, observed: at(isA) })).toEqual([
      'changed update path:/a: CHMOD /a mode=0600',
    ])
    const last = 'content=A mode=0751 type=file'
    const observed = at('content=A mode=0751 nlink=1 type=file')
    expect(planLines({ wanted, held: held({ last }), observed })).toEqual([
      'changed update path:/a: CHMOD /a mode=0644',
    ])
    const dir = held({ last, origin: 'mode=1770 type=dir' })
    expect(planLines({ wanted, held: dir, observed })).toEqual(['changed update path:/a: CHMOD /a mode=0644'])
    expect(planLines({ wanted, held: before, observed: at('content=A mode=0755 nlink=1 type=file') })).toEqual([])
  })
})
