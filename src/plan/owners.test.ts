import { describe, expect, test } from 'vitest'
import { formatArgs } from '../steps/parse.ts'
import { type Given, planLines, planOf } from './plan-table.ts'

const without = ['owners']

const lastOf = (given: Given, key: string): string => formatArgs(planOf(given).plan.ledger.entries.get(key)?.last ?? {})

describe('owners on a host that cannot set them', () => {
  test.each<{ says: string; given: Given; lines: readonly string[] }>([
    {
      says: 'a file is made without them, and does not need the account',
      given: {
        wanted: ['COPY /a blob=A group=app mode=0644 owner=app && RELOAD x.service'],
        observed: { 'user:app': 'type=absent', 'group:app': 'type=absent' },
        without,
      },
      lines: ['new create path:/a: COPY /a blob=A mode=0644'],
    },
    {
      says: 'what differs in nothing else is settled',
      given: { wanted: ['DIR /d owner=app'], observed: { 'path:/d': 'mode=0755 type=dir' }, without },
      lines: [],
    },
    {
      says: 'nothing but an owner is nothing',
      given: { wanted: ['CHOWN /d owner=app'], observed: { 'path:/d': 'mode=0755 type=dir' }, without },
      lines: [],
    },
    {
      says: 'a file that a line makes has none',
      given: { wanted: ['LINE /etc/x create=yes id=i line=l owner=app'], files: { '/etc/x': undefined }, without },
      lines: ['new create path:/etc/x#line:i: LINE /etc/x create=yes id=i line=l'],
    },
    {
      says: 'where they can be set, they are wanted and the account is needed',
      given: { wanted: ['COPY /a blob=A owner=app'], observed: { 'user:app': 'type=absent' } },
      lines: ['new create path:/a: COPY /a blob=A owner=app', 'error[missing-need] path:/a'],
    },
  ])('$says', ({ given, lines }) => {
    expect(planLines(given)).toEqual(lines)
  })

  test('they are not recorded as held', () => {
    const given = { wanted: ['COPY /a blob=A group=app owner=app'], without }
    expect(lastOf(given, 'path:/a')).toBe('content=A type=file')
    expect(planOf(given).plan.actions).toEqual([])
  })
})
