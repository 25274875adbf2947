import { describe, expect, test } from 'vitest'
import { type Given, type Held, opLines, planLines, planOf } from './plan-table.ts'

const held: Readonly<Record<string, Held>> = {
  'path:/a': { origin: 'content=O inode=t1.1 type=file', last: 'content=A type=file', step: 'COPY /a blob=A' },
}
const byHand = { 'path:/a': 'content=X mode=0644 nlink=1 type=file' }
const untouched = { 'path:/a': 'content=A mode=0644 nlink=1 type=file' }

describe('what was changed by hand since', () => {
  test.each<{ says: string; given: Given; lines: readonly string[] }>([
    {
      says: 'declared as before: drift, and no conflict',
      given: { wanted: ['COPY /a blob=A'], held, observed: byHand, onConflict: 'abort' },
      lines: ['drift update path:/a: COPY /a blob=A'],
    },
    {
      says: 'declared anew, untouched: no conflict',
      given: { wanted: ['COPY /a blob=B'], held, observed: untouched, onConflict: 'abort' },
      lines: ['changed update path:/a: COPY /a blob=B'],
    },
    {
      says: 'declared anew: replaced, and the plan says so',
      given: { wanted: ['COPY /a blob=B'], held, observed: byHand },
      lines: ['changed update conflict path:/a: COPY /a blob=B'],
    },
    {
      says: 'declared anew, replace: the same',
      given: { wanted: ['COPY /a blob=B'], held, observed: byHand, onConflict: 'replace' },
      lines: ['changed update conflict path:/a: COPY /a blob=B'],
    },
    {
      says: 'declared anew, keep: left as it is',
      given: { wanted: ['COPY /a blob=B'], held, observed: byHand, onConflict: 'keep' },
      lines: ['changed update conflict path:/a (changed by hand since; left as it is)'],
    },
    {
      says: 'declared anew, abort: an error',
      given: { wanted: ['COPY /a blob=B'], held, observed: byHand, onConflict: 'abort' },
      lines: ['changed update conflict path:/a: COPY /a blob=B', 'error[conflict] path:/a'],
    },
    {
      says: 'no longer declared: left as it is',
      given: { held, observed: byHand },
      lines: ['released remove conflict path:/a (changed by hand since; left as it is)'],
    },
    {
      says: 'no longer declared, keep: the same',
      given: { held, observed: byHand, onConflict: 'keep' },
      lines: ['released remove conflict path:/a (changed by hand since; left as it is)'],
    },
    {
      says: 'no longer declared, replace: as it was before Hexis',
      given: { held, observed: byHand, onConflict: 'replace' },
      lines: ['removed update conflict path:/a: COPY /a blob=O inode=t1.1'],
    },
    {
      says: 'no longer declared, abort: an error',
      given: { held, observed: byHand, onConflict: 'abort' },
      lines: ['released remove conflict path:/a (changed by hand since; left as it is)', 'error[conflict] path:/a'],
    },
    {
      says: 'no longer declared, and what it was in was taken: left as it is',
      given: {
        held: { 'path:/d/x': { origin: 'content=O inode=t1.1 type=file', last: 'type=absent', step: 'RM /d/x' } },
        observed: { 'path:/d': 'type=absent' },
      },
      lines: ['released remove conflict path:/d/x (what it was in is gone since; left as it is)'],
    },
    {
      says: 'an aspect that was never owned is nobody’s conflict',
      given: {
        wanted: ['COPY /a blob=B'],
        held,
        observed: { 'path:/a': 'content=A mode=0777 nlink=1 type=file' },
        onConflict: 'abort',
      },
      lines: ['changed update path:/a: COPY /a blob=B'],
    },
  ])('$says', ({ given, lines }) => {
    expect(planLines(given)).toEqual(lines)
  })

  test('what is kept is not done, and what is remembered of it stays', () => {
    const given = { wanted: ['COPY /a blob=B'], held, observed: byHand, onConflict: 'keep' as const }
    expect(opLines(given)).toEqual([])
    expect(planOf(given).plan.ledger.entries.get('path:/a')?.last).toEqual({ content: 'A', type: 'file' })
  })
})

describe('a directory that goes', () => {
  const folder: Readonly<Record<string, Held>> = {
    'path:/d': { origin: 'type=absent', last: 'type=dir', step: 'DIR /d' },
    'path:/d/x': { origin: 'type=absent', last: 'content=A type=file', step: 'COPY /d/x blob=A' },
  }
  const x = 'content=A nlink=1 type=file'
  test.each<{ says: string; given: Given; lines: readonly string[] }>([
    {
      says: 'goes after what is in it',
      given: { held: folder, observed: { 'path:/d': 'entries=x type=dir', 'path:/d/x': x } },
      lines: ['removed remove path:/d/x: RM /d/x', 'removed remove path:/d: RM /d'],
    },
    {
      says: 'stays where something of others is in it, which is named',
      given: { held: folder, observed: { 'path:/d': 'entries=mine,theirs%2520too,x type=dir', 'path:/d/x': x } },
      lines: ['removed remove path:/d/x: RM /d/x', 'released remove path:/d (not empty, stays: mine, theirs too)'],
    },
    {
      says: 'stays where there is much, and names five',
      given: { held: folder, observed: { 'path:/d': 'entries=1,2,3,4,5,6,7 type=dir' } },
      lines: [
        'released remove path:/d/x (it is as it was before Hexis)',
        'released remove path:/d (not empty, stays: 1, 2, 3, 4, 5 and 2 more)',
      ],
    },
    {
      says: 'stays where something in it is still declared',
      given: {
        wanted: ['COPY /d/x blob=A'],
        held: folder,
        observed: { 'path:/d': 'entries=x type=dir', 'path:/d/x': x },
      },
      lines: ['released remove path:/d (not empty, stays: x)'],
    },
    {
      says: 'was there before: gets its mode back, whatever is in it',
      given: {
        held: { 'path:/d': { origin: 'mode=0700 type=dir', last: 'mode=0755 type=dir', step: 'DIR /d mode=0755' } },
        observed: { 'path:/d': 'entries=mine mode=0755 type=dir' },
      },
      lines: ['removed update path:/d: CHMOD /d mode=0700'],
    },
  ])('$says', ({ given, lines }) => {
    expect(planLines(given)).toEqual(lines)
  })
})

describe('how well a change can be taken back', () => {
  const strength = (given: Given): string => {
    const { changes, reversibility } = planOf(given).plan
    return [reversibility, ...changes.flatMap((change) => change.stays)].join(': ')
  }
  test.each<{ says: string; given: Given; is: string }>([
    { says: 'nothing to do is exact', given: {}, is: 'exact' },
    { says: 'a file is exact', given: { wanted: ['COPY /a blob=A'] }, is: 'exact' },
    {
      says: 'a package is not, and says what stays',
      given: { wanted: ['COPY /a blob=A', 'PACKAGE p'] },
      is: 'best-effort: what package scripts did, users they made and data they migrated are not undone; an older version must still be obtainable',
    },
    {
      says: 'enabling a unit is exact',
      given: { wanted: ['UNIT u.service enabled=yes'], observed: { 'unit:u.service': 'active=no enabled=no' } },
      is: 'exact',
    },
    {
      says: 'starting one is not',
      given: { wanted: ['UNIT u.service active=yes'], observed: { 'unit:u.service': 'active=no enabled=no' } },
      is: 'best-effort: what a service did while it ran or was stopped',
    },
    {
      says: 'a command with an undo',
      given: { wanted: ['EXEC c command=make undo=unmake'], observed: { 'exec:c': 'done=no' } },
      is: 'best-effort: whatever the undo command of its author does not take back',
    },
    {
      says: 'a command without one; the weakest decides',
      given: { wanted: ['PACKAGE p', 'EXEC c command=make'], observed: { 'exec:c': 'done=no' } },
      is: 'irreversible: what package scripts did, users they made and data they migrated are not undone; an older version must still be obtainable: the command has no undo',
    },
  ])('$says', ({ given, is }) => {
    expect(strength(given)).toBe(is)
  })
})
