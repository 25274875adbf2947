import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { verifierOf } from '../../secrets/index.ts'
import { secret } from '../../text/index.ts'
import { postgresDatabase, postgresGrant, postgresRole } from '../index.ts'

test('names of any kind are one target, a server other than the usual one stands before them', async () => {
  const { steps, diagnostics } = await lowered(() => {
    postgresRole('a/b %', { port: 5433, login: true, validUntil: '2030-01-31' })
    postgresRole('x', { socket: '/run/mine/', memberOf: ['b,*', 'a'], appendMemberOf: true, validUntil: '' })
    postgresDatabase('shop', { owner: 'pg_monitor', locale: 'C.UTF-8', encoding: 'UTF8', connectionLimit: -1 })
    postgresGrant('1', { role: 'public', database: 'shop', privileges: [] })
    postgresGrant('2', { role: 'x', database: 'shop', schema: 's', privileges: ['ALL'], grantable: true })
    postgresGrant('3', { role: 'x', database: 'shop', table: 't/u', privileges: ['SELECT', 'INSERT', 'SELECT'] })
    postgresGrant('4', { role: 'x', database: 'shop', sequence: true, privileges: ['USAGE'], port: 5433 })
    postgresRole('old', { absent: true })
  })
  expect(diagnostics).toEqual([])
  expect(steps).toEqual([
    'POSTGRES 5433/role/a%252Fb%20%2525 login=yes type=present validuntil=2030-01-31T00:00:00Z',
    'POSTGRES %252Frun%252Fmine:5432/role/x append=yes memberof=a,b%252C%252A type=present validuntil=""',
    'POSTGRES database/shop collate=C.UTF-8 connlimit=-1 ctype=C.UTF-8 encoding=UTF8 owner=pg_monitor type=present',
    'POSTGRES grant/public/database/shop privileges=""',
    'POSTGRES grant/x/schema/shop/s privileges=CREATE*,USAGE*',
    'POSTGRES grant/x/table/shop/public/t%252Fu privileges=INSERT,SELECT',
    'POSTGRES 5433/grant/x/sequences/shop/public privileges=USAGE',
    'POSTGRES role/old type=absent',
  ])
})

test('groups come before their members, an owner before its database, both before privileges', async () => {
  const { steps } = await lowered(() => {
    postgresGrant('1', { role: 'app', database: 'shop', privileges: ['CONNECT'] })
    postgresDatabase('shop', { owner: 'app' })
    postgresRole('app', { memberOf: ['readers'] })
    postgresRole('readers')
  })
  expect(steps.map((step) => step.split(' ')[1])).toEqual([
    'role/readers',
    'role/app',
    'database/shop',
    'grant/app/database/shop',
  ])
})

test('a password is a sealed text whose salt belongs to the role', async () => {
  const { steps } = await lowered(() => {
    postgresRole('a', { password: secret.env('P') })
    postgresRole('b', { password: secret.env('P') })
  })
  const names = steps.map((step) => /password=(sealed:[0-9a-f]{64}) /.exec(step)?.[1])
  expect(names[0]).toBeDefined()
  expect(names[0]).not.toBe(names[1])
})

test('the verifier is that of RFC 7677, and a ready one stays', () => {
  const verifier = verifierOf('scram-sha-256', 'W22ZaJ0SNY7soEsUEjb6gQ==', 'pencil')
  expect(verifier).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  )
  expect(verifierOf('scram-sha-256', 'c2FsdA==', verifier)).toBe(verifier)
  expect(verifierOf('scram-sha-256', 'c2FsdA==', 'I\u00adX')).toBe(verifierOf('scram-sha-256', 'c2FsdA==', '\u2168'))
})

test.each<[string, () => void, RegExp]>([
  ['an empty name', () => postgresRole(''), /at least one character/],
  ['64 bytes', () => postgresRole('ü'.repeat(32)), /at most 63 bytes/],
  ['a NUL', () => postgresDatabase('a\0'), /NUL/],
  ['a name of PostgreSQL', () => postgresRole('pg_x'), /belong to PostgreSQL/],
  ['a word of SQL', () => postgresRole('public'), /words of SQL/],
  ['its own database', () => postgresDatabase('template1'), /belongs to PostgreSQL/],
  ['a member of itself', () => postgresRole('a', { memberOf: ['a'] }), /no member of itself/],
  ['append to nothing', () => postgresRole('a', { appendMemberOf: true }), /needs memberOf/],
  ['an empty password', () => postgresRole('a', { password: '' }), /lets nobody in/],
  ['a day that is none', () => postgresRole('a', { validUntil: '2027-02-30' }), /2027-01-31/],
  ['a time without a zone', () => postgresRole('a', { validUntil: '2027-02-03T10:00' }), /with its zone/],
  ['a limit', () => postgresRole('a', { connectionLimit: -2 }), /connectionLimit/],
  ['a port', () => postgresRole('a', { port: 70_000 }), /port/],
  ['a relative socket', () => postgresRole('a', { socket: 'run' }), /absolute/],
  ['absent and more', () => postgresRole('a', { absent: true, login: true }), /no other property/],
  ['an encoding', () => postgresDatabase('a', { encoding: 'UTF-8' }), /encoding.*(\n.*)*UTF8/],
  ['a locale', () => postgresDatabase('a', { locale: "C'" }), /name of a locale/],
  [
    'a privilege',
    () => postgresGrant('g', { role: 'a', database: 'b', privileges: ['SELCT' as 'SELECT'] }),
    /privileges\[0\].*(\n.*)*SELECT/,
  ],
  [
    'another sort of privilege',
    () => postgresGrant('g', { role: 'a', database: 'b', privileges: ['SELECT'] }),
    /SELECT is no privilege on a database: CONNECT, CREATE, TEMPORARY/,
  ],
  [
    'two objects',
    () => postgresGrant('g', { role: 'a', database: 'b', table: 't', sequence: 's', privileges: [] }),
    /one of table and sequence/,
  ],
])('%s is refused', async (_what, declare, says) => {
  expect(await mistakes(declare)).toEqual([expect.stringMatching(says)])
})

test('two resources that say different things of one object are named, both', async () => {
  const { diagnostics } = await lowered(() => {
    postgresGrant('1', { role: 'a', database: 'b', privileges: ['CONNECT'] })
    postgresGrant('2', { role: 'a', database: 'b', privileges: ['CREATE'] })
  })
  expect(diagnostics.map((one) => [one.code, one.summary])).toEqual([
    ['conflicting-declarations', expect.stringMatching(/postgresGrant '2' and postgresGrant '1' both own/)],
  ])
})
