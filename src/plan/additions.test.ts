import { describe, expect, test } from 'vitest'
import { formatArgs } from '../steps/parse.ts'
import { type Given, type Held, planLines, planOf } from './plan-table.ts'

const recorded = (given: Given): string => {
  const entry = planOf(given).plan.ledger.entries.get('user:u')
  return `${formatArgs(entry?.origin ?? {})} -> ${formatArgs(entry?.last ?? {})}`
}

const user = (groups: string): Readonly<Record<string, string>> => ({
  'user:u': `type=present uid=900 groups=${groups}`,
})
const step = 'USER u append=yes groups=wheel'
const held = (origin: string, last: string, declared = step): Readonly<Record<string, Held>> => ({
  'user:u': { origin: `type=present groups=${origin}`, last: `type=present groups=${last}`, step: declared },
})

interface Case {
  readonly says: string
  readonly given: Given
  readonly lines: readonly string[]
  readonly record?: string
}

const cases: readonly Case[] = [
  {
    says: 'what is there stays, and is not owned',
    given: { wanted: [step], observed: user('adm,disk') },
    lines: ['new update user:u: USER u groups=adm,disk,wheel'],
    record: 'groups=adm,disk type=present -> groups=adm,disk,wheel type=present',
  },
  {
    says: 'one who is in all of them has nothing to do',
    given: { wanted: [step], observed: user('adm,wheel') },
    lines: [],
    record: 'groups=adm,wheel type=present -> groups=adm,wheel type=present',
  },
  {
    says: 'a group given by hand since is no drift, and belongs to the origin',
    given: { wanted: [step], held: held('adm', 'adm,wheel'), observed: user('adm,docker,wheel') },
    lines: [],
    record: 'groups=adm,docker type=present -> groups=adm,docker,wheel type=present',
  },
  {
    says: 'a group taken by hand that was never added is none of ours',
    given: { wanted: [step], held: held('adm,disk', 'adm,disk,wheel'), observed: user('adm,wheel') },
    lines: [],
    record: 'groups=adm type=present -> groups=adm,wheel type=present',
  },
  {
    says: 'an added group taken by hand is drift',
    given: { wanted: [step], held: held('adm', 'adm,wheel'), observed: user('adm') },
    lines: ['drift update user:u: USER u groups=adm,wheel'],
    record: 'groups=adm type=present -> groups=adm,wheel type=present',
  },
  {
    says: 'more groups beside a change by hand are no conflict',
    given: {
      wanted: ['USER u append=yes groups=docker,wheel'],
      held: held('adm', 'adm,wheel'),
      observed: user('adm,video,wheel'),
    },
    lines: ['changed update user:u: USER u groups=adm,docker,video,wheel'],
    record: 'groups=adm,video type=present -> groups=adm,docker,video,wheel type=present',
  },
  {
    says: 'a group no longer wanted goes, where it was added',
    given: { wanted: ['USER u append=yes groups=docker'], held: held('adm', 'adm,wheel'), observed: user('adm,wheel') },
    lines: ['changed update user:u: USER u groups=adm,docker'],
    record: 'groups=adm type=present -> groups=adm,docker type=present',
  },
  {
    says: 'a group no longer wanted stays, where it was there before',
    given: {
      wanted: ['USER u append=yes groups=docker'],
      held: held('adm,wheel', 'adm,wheel'),
      observed: user('adm,wheel'),
    },
    lines: ['changed update user:u: USER u groups=adm,docker,wheel'],
    record: 'groups=adm,wheel type=present -> groups=adm,docker,wheel type=present',
  },
  {
    says: 'undeclared, only what was added goes, whatever came by hand',
    given: { held: held('adm', 'adm,wheel'), observed: user('adm,docker,wheel') },
    lines: ['removed update user:u: USER u groups=adm,docker'],
  },
  {
    says: 'undeclared, what was added and is gone already needs nothing',
    given: { held: held('adm', 'adm,wheel'), observed: user('adm,docker') },
    lines: ['released remove user:u (it is as it was before Hexis)'],
  },
  {
    says: 'from exactly these to at least these: what was taken comes back when undeclared',
    given: { held: held('adm,disk', 'wheel', step), observed: user('docker,wheel') },
    lines: ['removed update user:u: USER u groups=adm,disk,docker'],
  },
  {
    says: 'an account that is made has only the wanted ones',
    given: { wanted: [step] },
    lines: ['new create user:u: USER u append=yes groups=wheel'],
  },
  {
    says: 'of an account that was made, a group no longer wanted goes and one given by hand stays',
    given: {
      wanted: ['USER u append=yes groups=docker'],
      held: { 'user:u': { origin: 'type=absent', last: 'type=present groups=video,wheel', step } },
      observed: user('video,wheel'),
    },
    lines: ['changed update user:u: USER u groups=docker,video'],
  },
  {
    says: 'without append, exactly these',
    given: { wanted: ['USER u groups=wheel'], observed: user('adm') },
    lines: ['new update user:u: USER u groups=wheel'],
    record: 'groups=adm type=present -> groups=wheel type=present',
  },
]

describe('groups that are added to', () => {
  test.each(cases)('$says', ({ given, lines, record }) => {
    expect(planLines(given)).toEqual(lines)
    if (record !== undefined) expect(recorded(given)).toBe(record)
  })
})
