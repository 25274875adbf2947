import { describe, expect, test } from 'vitest'
import { type Given, planLines, planOf } from './plan-table.ts'

const dir = 'mode=0755 type=dir'
const file = 'content=F mode=0644 nlink=1 type=file'
const below = 'COPY /p/x blob=A'

describe('what a step needs', () => {
  test.each<{ says: string; given: Given; lines: readonly string[] }>([
    {
      says: 'a directory that is there',
      given: { wanted: [below], observed: { 'path:/p': dir } },
      lines: ['new create path:/p/x: COPY /p/x blob=A'],
    },
    {
      says: 'a directory that is declared before',
      given: { wanted: ['DIR /p', below] },
      lines: ['new create path:/p: DIR /p', 'new create path:/p/x: COPY /p/x blob=A'],
    },
    {
      says: 'a parent that is not there is an error',
      given: { wanted: [below], observed: { 'path:/p': 'type=absent' } },
      lines: ['new create path:/p/x: COPY /p/x blob=A', 'error[missing-need] path:/p/x'],
    },
    {
      says: 'a parent that is a file is an error',
      given: { wanted: [below], observed: { 'path:/p': file } },
      lines: ['new create path:/p/x: COPY /p/x blob=A', 'error[would-be-refused] path:/p/x'],
    },
    {
      says: 'the target of a link that must lead somewhere is not there, and nothing before may bring it',
      given: { wanted: ['LINK /l must=yes target=/t'], observed: { 'path:/t': 'type=absent' } },
      lines: ['new create path:/l: LINK /l must=yes target=/t', 'error[missing-need] path:/l'],
    },
    {
      says: 'the target of a link may come with a package',
      given: {
        wanted: ['PACKAGE p', 'LINK /l must=yes target=/t'],
        observed: { 'path:/t': 'type=absent', 'package:p': 'type=absent' },
      },
      lines: ['new create package:p: PACKAGE p', 'new create unknown(package:p) path:/l: LINK /l must=yes target=/t'],
    },
    {
      says: 'a parent that is a link may lead to a directory',
      given: { wanted: [below], observed: { 'path:/p': 'target=/q type=link' } },
      lines: ['new create path:/p/x: COPY /p/x blob=A'],
    },
    {
      says: 'a file that a directory replaces before is no matter',
      given: { wanted: ['DIR /p', below], observed: { 'path:/p': file } },
      lines: ['new update path:/p: DIR /p', 'new create path:/p/x: COPY /p/x blob=A'],
    },
    {
      says: 'a file that replaces the directory before is one',
      given: { wanted: ['COPY /p blob=B', below], observed: { 'path:/p': dir } },
      lines: [
        'new update path:/p: COPY /p blob=B',
        'new create path:/p/x: COPY /p/x blob=A',
        'error[would-be-refused] path:/p/x',
      ],
    },
    {
      says: 'what goes needs nothing',
      given: { wanted: ['RM /p/x'], observed: { 'path:/p': file } },
      lines: [],
    },
    {
      says: 'an edit that makes its file needs a directory too',
      given: {
        wanted: ['LINE /p/x create=yes id=i line=l'],
        files: { '/p/x': undefined },
        observed: { 'path:/p': file },
      },
      lines: ['error[would-be-refused] path:/p/x#line:i'],
    },
    {
      says: 'an edit that makes its file needs one that is there',
      given: {
        wanted: ['LINE /p/x create=yes id=i line=l'],
        files: { '/p/x': undefined },
        observed: { 'path:/p': 'type=absent' },
      },
      lines: ['error[missing-need] path:/p/x#line:i'],
    },
    {
      says: 'an account that is not there is an error, one that is declared before is none',
      given: {
        wanted: ['GROUP g', 'DIR /p group=g owner=u'],
        observed: { 'user:u': 'type=absent', 'group:g': 'type=absent' },
      },
      lines: [
        'new create group:g: GROUP g',
        'new create path:/p: DIR /p group=g owner=u',
        'error[missing-need] path:/p',
      ],
    },
  ])('$says', ({ given, lines }) => {
    expect(planLines(given)).toEqual(lines)
  })
})

describe('parents that are made along', () => {
  const deep = 'COPY /p/q/x blob=A parents=yes'
  const made = (path: string): NonNullable<Given['held']> => ({
    [`path:${path}`]: { origin: 'type=absent', last: 'type=dir', step: `DIR ${path}` },
  })
  const held: NonNullable<Given['held']> = {
    ...made('/p'),
    ...made('/p/q'),
    'path:/p/q/x': { origin: 'type=absent', last: 'content=A type=file', step: deep },
  }
  const there = { 'path:/p': dir, 'path:/p/q': dir, 'path:/p/q/x': 'content=A nlink=1 type=file' }

  test.each<{ says: string; given: Given; lines: readonly string[] }>([
    {
      says: 'are shown and made one by one, those that are missing',
      given: { wanted: [deep], observed: { 'path:/p': dir, 'path:/p/q': 'type=absent' } },
      lines: ['new create path:/p/q: DIR /p/q', 'new create path:/p/q/x: COPY /p/q/x blob=A parents=yes'],
    },
    {
      says: 'are made once for all that need them, and not where they are declared',
      given: {
        wanted: ['DIR /p mode=0700', deep, 'LINK /p/q/l parents=yes target=/t'],
        observed: { 'path:/p': 'type=absent', 'path:/p/q': 'type=absent' },
      },
      lines: [
        'new create path:/p: DIR /p mode=0700',
        'new create path:/p/q: DIR /p/q',
        'new create path:/p/q/x: COPY /p/q/x blob=A parents=yes',
        'new create path:/p/q/l: LINK /p/q/l parents=yes target=/t',
      ],
    },
    { says: 'stay as long as they are needed', given: { wanted: [deep], held, observed: there }, lines: [] },
    {
      says: 'are made again when somebody took them',
      given: { wanted: [deep], held },
      lines: [
        'drift create path:/p: DIR /p',
        'drift create path:/p/q: DIR /p/q',
        'drift create path:/p/q/x: COPY /p/q/x blob=A parents=yes',
      ],
    },
    {
      says: 'go with what needed them',
      given: { held, observed: { ...there, 'path:/p': `${dir} entries=q`, 'path:/p/q': `${dir} entries=x` } },
      lines: [
        'removed remove path:/p/q/x: RM /p/q/x',
        'removed remove path:/p/q: RM /p/q',
        'removed remove path:/p: RM /p',
      ],
    },
    {
      says: 'stay where others put something into them',
      given: { held, observed: { ...there, 'path:/p': `${dir} entries=mine,q`, 'path:/p/q': `${dir} entries=x` } },
      lines: [
        'removed remove path:/p/q/x: RM /p/q/x',
        'removed remove path:/p/q: RM /p/q',
        'released remove path:/p (not empty, stays: mine)',
      ],
    },
    {
      says: 'cannot be made below a file',
      given: { wanted: [deep], observed: { 'path:/p': file, 'path:/p/q': 'type=absent' } },
      lines: [
        'new create path:/p/q: DIR /p/q',
        'new create path:/p/q/x: COPY /p/q/x blob=A parents=yes',
        'error[would-be-refused] path:/p/q',
        'error[would-be-refused] path:/p/q/x',
      ],
    },
  ])('$says', ({ given, lines }) => {
    expect(planLines(given)).toEqual(lines)
  })
})

describe('a file with several names', () => {
  const linked = 'content=F mode=0644 nlink=2 type=file'
  test.each<{ says: string; wanted: string; lines: readonly string[] }>([
    { says: 'is not replaced', wanted: 'COPY /a blob=A', lines: ['new update path:/a: COPY /a blob=A'] },
    { says: 'is not changed', wanted: 'CHMOD /a mode=0600', lines: ['new update path:/a: CHMOD /a mode=0600'] },
    {
      says: 'is not edited',
      wanted: 'LINE /a id=i line=l',
      lines: ['new create path:/a#line:i: LINE /a id=i line=l'],
    },
  ])('$says', ({ wanted, lines }) => {
    const given = { wanted: [wanted], files: { '/a': 'text\n' }, observed: { 'path:/a': linked } }
    expect(planLines(given)).toEqual([...lines, 'error[would-be-refused] path:/a'])
    expect(planOf(given).diagnostics[0]?.summary).toBe('/a has 2 hard links; a change would part or change them all')
  })

  test('is replaced where that is meant, and edited where nothing differs', () => {
    const observed = { 'path:/a': linked }
    expect(planLines({ wanted: ['COPY /a blob=A hardlinks=allow'], observed })).toHaveLength(1)
    expect(planLines({ wanted: ['LINE /a id=i line=l'], files: { '/a': 'l\n' }, observed })).toEqual([])
  })
})
