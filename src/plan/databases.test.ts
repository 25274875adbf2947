import { expect, test } from 'vitest'
import { type Given, planLines, planOf } from './plan-table.ts'

const none = 'server=none type=absent'
const role = 'login=yes memberof="" members="" type=present'

test.each<{ says: string; given: Given; lines: readonly string[] }>([
  {
    says: 'a server that the same run installs: what is in it is not known yet',
    given: {
      wanted: [
        'PACKAGE postgresql',
        'POSTGRES role/app login=yes type=present',
        'MYSQL user/app/localhost type=present',
      ],
      observed: { 'postgres:role/app': none, 'mysql:user/app/localhost': none },
    },
    lines: [
      'new create package:postgresql: PACKAGE postgresql',
      'new create unknown(package:postgresql) postgres:role/app: POSTGRES role/app login=yes',
      'new create unknown(package:postgresql) mysql:user/app/localhost: MYSQL user/app/localhost',
    ],
  },
  {
    says: 'without anything that could bring a server, the plan says that there is none',
    given: {
      wanted: [
        'POSTGRES role/app type=present',
        'MYSQL user/app/localhost type=present',
        'POSTGRES role/old type=absent',
      ],
      observed: { 'postgres:role/app': none, 'mysql:user/app/localhost': none, 'postgres:role/old': none },
    },
    lines: [
      'new create postgres:role/app: POSTGRES role/app',
      'new create mysql:user/app/localhost: MYSQL user/app/localhost',
      'error[would-be-refused] postgres:role/app',
      'error[would-be-refused] mysql:user/app/localhost',
    ],
  },
  {
    says: 'a server that does not run knows nothing, and nothing of it is compared',
    given: {
      wanted: ['POSTGRES role/app login=no type=present'],
      observed: { 'postgres:role/app': 'type=?' },
    },
    lines: ['new create unknown(postgres:role/app) postgres:role/app: POSTGRES role/app login=no'],
  },
  {
    says: 'what somebody shall have who is not there and not declared',
    given: {
      wanted: [
        'POSTGRES grant/app/database/shop privileges=CONNECT',
        'POSTGRES database/new owner=app type=present',
        'MYSQL grant/app/localhost/all privileges=ALL',
        'POSTGRES grant/public/database/shop privileges=CONNECT',
      ],
      observed: {
        'postgres:grant/app/database/shop': 'privileges=? type=?',
        'postgres:role/app': 'type=absent',
        'postgres:database/shop': 'type=present',
        'mysql:grant/app/localhost/all': 'privileges=? type=?',
        'mysql:user/app/localhost': 'type=absent',
        'postgres:grant/public/database/shop': 'privileges=CONNECT',
      },
    },
    lines: [
      'new create unknown(postgres:grant/app/database/shop) postgres:grant/app/database/shop: POSTGRES grant/app/database/shop privileges=CONNECT',
      'new create postgres:database/new: POSTGRES database/new owner=app',
      'new create unknown(mysql:grant/app/localhost/all) mysql:grant/app/localhost/all: MYSQL grant/app/localhost/all privileges=ALL',
      'error[missing-need] postgres:grant/app/database/shop',
      'error[missing-need] postgres:database/new',
      'error[missing-need] mysql:grant/app/localhost/all',
    ],
  },
  {
    says: 'what holds something stays with what it needs; what is empty goes',
    given: {
      held: {
        'postgres:role/app': { origin: 'type=absent', last: 'type=present', step: 'POSTGRES role/app type=present' },
        'postgres:role/other': {
          origin: 'type=absent',
          last: 'type=present',
          step: 'POSTGRES role/other type=present',
        },
        'postgres:database/shop': {
          origin: 'type=absent',
          last: 'owner=app type=present',
          step: 'POSTGRES database/shop owner=app type=present',
        },
        'mysql:database/shop': {
          origin: 'type=absent',
          last: 'type=present',
          step: 'MYSQL database/shop type=present',
        },
      },
      observed: {
        'postgres:role/app': role,
        'postgres:role/other': role,
        'postgres:database/shop': 'entries=2 owner=app type=present',
        'mysql:database/shop': 'charset=utf8mb4 entries=0 type=present',
      },
    },
    lines: [
      'removed remove mysql:database/shop: MYSQL database/shop ifempty=yes type=absent',
      'released remove postgres:database/shop (it holds 2 objects: stays (absent: true drops it))',
      'removed remove postgres:role/other: POSTGRES role/other ifempty=yes type=absent',
      'released remove postgres:role/app (what stays needs it; stays too)',
    ],
  },
  {
    says: 'another encoding is refused, another spelling of a locale is none',
    given: {
      wanted: [
        'POSTGRES database/a encoding=LATIN1 type=present',
        'POSTGRES database/b collate=en_US.UTF-8 type=present',
      ],
      observed: {
        'postgres:database/a': 'encoding=UTF8 type=present',
        'postgres:database/b': 'collate=en_US.utf8 type=present',
      },
    },
    lines: [
      'new update postgres:database/a: POSTGRES database/a encoding=LATIN1',
      'error[would-be-refused] postgres:database/a',
    ],
  },
  {
    says: 'on no table at all every privilege holds',
    given: {
      wanted: ['POSTGRES grant/app/tables/shop/public privileges=SELECT'],
      observed: {
        'postgres:role/app': role,
        'postgres:grant/app/tables/shop/public': 'privileges=?',
      },
    },
    lines: [],
  },
])('$says', ({ given, lines }) => {
  expect(planLines(given)).toEqual(lines)
})

test.each([
  ['POSTGRES database/a type=absent', 'entries=3 type=present', 'irreversible'],
  ['POSTGRES database/a type=absent', 'type=present', 'irreversible'],
  ['POSTGRES database/a type=absent', 'entries=0 type=present', 'best-effort'],
  ['MYSQL database/a type=absent', 'entries=1 type=present', 'irreversible'],
  ['POSTGRES role/a type=absent', role, 'exact'],
])('%s where there is %s: %s', (step, now, strength) => {
  const key = step.replace(/^(\w+) (\S+) .*/, (_, verb, target) => `${verb.toLowerCase()}:${target}`)
  expect(planOf({ wanted: [step], observed: { [key]: now } }).plan.reversibility).toBe(strength)
})
