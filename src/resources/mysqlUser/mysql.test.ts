import { expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { verifierOf } from '../../secrets/index.ts'
import { mysqlDatabase, mysqlGrant, mysqlUser } from '../index.ts'

test('users, databases and privileges become one step each; a user comes before its privileges', async () => {
  const { steps, diagnostics } = await lowered(() => {
    mysqlGrant('1', { user: 'app@10.0.%', database: 'a/b_', privileges: ['ALL'], grantable: true })
    mysqlGrant('2', { user: 'app', database: 'shop', table: 't', privileges: ['SELECT', 'CREATE VIEW', 'SELECT'] })
    mysqlGrant('3', { user: 'app', privileges: [], grantable: true })
    mysqlUser('app@10.0.%', { require: 'ssl', connectionLimit: 0 })
    mysqlUser('a@b@%', { plugin: 'unix_socket', locked: true, socket: '/run/mine.sock' })
    mysqlUser('old', { absent: true })
    mysqlDatabase('shop', { charset: 'utf8mb4', collation: 'utf8mb4_bin' })
  })
  expect(diagnostics).toEqual([])
  expect(steps).toEqual([
    'MYSQL user/app/10.0.%2525 connlimit=0 require=ssl type=present',
    'MYSQL grant/app/10.0.%2525/database/a%252Fb_ privileges=ALL,GRANT%20OPTION',
    'MYSQL database/shop charset=utf8mb4 collate=utf8mb4_bin type=present',
    'MYSQL grant/app/localhost/table/shop/t privileges=CREATE%20VIEW,SELECT',
    'MYSQL grant/app/localhost/all privileges=""',
    'MYSQL %252Frun%252Fmine.sock/user/a@b/%2525 locked=yes plugin=unix_socket type=present',
    'MYSQL user/old/localhost type=absent',
  ])
})

test('the hash is that of the server, and a ready one stays', () => {
  const hash = verifierOf('mysql_native_password', '', 'mypass')
  expect(hash).toBe('*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4')
  expect(verifierOf('mysql_native_password', '', hash)).toBe(hash)
})

test.each<[string, () => void, RegExp]>([
  ['no name', () => mysqlUser('@%'), /at least one character/],
  ['a long name', () => mysqlUser('x'.repeat(81)), /at most 80/],
  ['a host', () => mysqlUser('a@b c'), /behind the @ stands a host/],
  ['an emoji', () => mysqlUser('a😀'), /no emoji/],
  ['an empty password', () => mysqlUser('a', { password: '' }), /everybody in/],
  ['password and plugin', () => mysqlUser('a', { password: 'x', plugin: 'unix_socket' }), /one of password and plugin/],
  ['absent and more', () => mysqlUser('a', { absent: true, locked: true }), /no other property/],
  ['a relative socket', () => mysqlUser('a', { socket: 'x.sock' }), /absolute path/],
  ['an empty name', () => mysqlDatabase(''), /at least one character/],
  ['65 characters', () => mysqlDatabase('ü'.repeat(65)), /at most 64/],
  ['a blank at the end', () => mysqlDatabase('a '), /no blank at its end/],
  ['a database of the server', () => mysqlDatabase('mysql'), /belongs to the server/],
  ['a character set', () => mysqlDatabase('a', { charset: 'utf8' }), /charset.*(\n.*)*utf8mb4/],
  [
    'a collation of another',
    () => mysqlDatabase('a', { charset: 'latin1', collation: 'utf8mb4_bin' }),
    /begin with latin1_/,
  ],
  ['a table alone', () => mysqlGrant('g', { user: 'a', table: 't', privileges: [] }), /table goes with database/],
  ['a privilege', () => mysqlGrant('g', { user: 'a', privileges: ['SELCT'] }), /privileges\[0\].*(\n.*)*SELECT/],
  [
    'another sort of privilege',
    () => mysqlGrant('g', { user: 'a', database: 'b', privileges: ['PROCESS'] }),
    /PROCESS is no privilege on a database: .*EXECUTE/,
  ],
])('%s is refused', async (_what, declare, says) => {
  expect(await mistakes(declare)).toEqual([expect.stringMatching(says)])
})

test('two resources that say different things of one object are named, both', async () => {
  const { diagnostics } = await lowered(() => {
    mysqlGrant('1', { user: 'a', privileges: ['PROCESS'] })
    mysqlGrant('2', { user: 'a@localhost', privileges: ['FILE'] })
  })
  expect(diagnostics.map((one) => one.code)).toEqual(['conflicting-declarations'])
})
