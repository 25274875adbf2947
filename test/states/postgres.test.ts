import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tool } from '../../lab/run.ts'
import { encode } from '../../src/steps/encoding.ts'
import { found } from '../secrets/forms.ts'
import { killedBy } from './ancestors.ts'
import { changesOfLooking, type DatabaseHost, databaseHost } from './database-host.ts'
import { shells } from './root.ts'

const password = `Pä55 "word" of 'app'`
const other = 'another-77aa88bb'
const env = { APP: password, OTHER: other }

/** Quotes, a newline, a leading dash, and what paths and sets are parted by. */
const odd = `-o'"$x\\n,*%/ü=;\\`
const oddText = JSON.stringify(odd)

/** As identities spell a name. */
const component = (name: string): string => name.replace(/[%/]/g, (c) => (c === '%' ? '%25' : '%2F'))

const roles = `
    postgresRole('readers')
    postgresRole('app', {
      login: true, password: secret.env('APP'), memberOf: ['readers', ${oddText}], connectionLimit: 7,
      validUntil: '2031-02-03T04:05+01:00', comment: "it's \\"me\\"",
    })
    postgresRole(${oddText}, { createDb: true, inherit: false })`
const databases = `
    postgresDatabase(${oddText}, { owner: 'app', encoding: 'UTF8', locale: 'C', connectionLimit: 9 })
    postgresDatabase('shop', { owner: ${oddText} })`
const grants = `
    postgresGrant('nobody else', { role: 'public', database: 'shop', privileges: [] })
    postgresGrant('readers connect', { role: 'readers', database: 'shop', privileges: ['CONNECT'] })
    postgresGrant('odd', { role: ${oddText}, database: ${oddText}, schema: 'public', privileges: ['ALL'], grantable: true })
    postgresGrant('tables', { role: 'readers', database: 'old', table: true, privileges: ['SELECT'] })
    postgresGrant('one', { role: 'app', database: 'old', table: 'b', privileges: ['INSERT', 'UPDATE'] })
    postgresGrant('none yet', { role: 'app', database: 'old', sequence: true, privileges: ['USAGE'] })`
const declared = roles + databases + grants
const failing = `
    exec('later', { command: 'exit 7', undo: 'true' })`

const server = '/usr/lib/postgresql/15/bin/pg_ctl -s -w -D /var/lib/postgresql/15/main'
const options =
  '-c config_file=/etc/postgresql/15/main/postgresql.conf -c listen_addresses= -c fsync=off -c log_statement=all -c log_min_duration_statement=0'
const start = `runuser -u postgres -- ${server} -l /tmp/log -o '${options}' start`
const stop = `runuser -u postgres -- ${server} -m fast stop`

describe.skipIf(process.getuid?.() !== 0)('PostgreSQL of Debian', () => {
  let host: DatabaseHost
  let before: string

  const sql = (text: string, database = 'postgres'): string =>
    host.root.run(`cd /; runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -d ${database}`, text)
  /** All roles with their verifiers, and all databases with owners, privileges and contents. */
  const dump = (): string =>
    host.root.run('cd /; runuser -u postgres -- pg_dumpall').replace(/^(--.*|\\(un)?restrict.*)\n/gm, '')
  const login = (secret: string): string =>
    host.root.run('cd /; PGPASSWORD="$(cat)" psql -XAtwq -U app -d postgres -c "SELECT current_user" 2>&1 || :', secret)

  beforeAll(async () => {
    host = await databaseHost(['postgresDatabase', 'postgresGrant', 'postgresRole'], ['postgresql'], env)
    host.root.write('etc/postgresql/15/main/pg_hba.conf', 'local all app scram-sha-256\nlocal all all peer\n')
    host.root.run(`chmod 644 /etc/postgresql/15/main/pg_hba.conf; ${start}`)
    sql(
      `CREATE ROLE elder LOGIN PASSWORD 'elder' VALID UNTIL '2040-01-01';
      CREATE ROLE gone LOGIN PASSWORD 'gone' CONNECTION LIMIT 3 IN ROLE elder; COMMENT ON ROLE gone IS 'x';
      CREATE ROLE member IN ROLE gone; GRANT gone TO elder WITH ADMIN OPTION;`.replace(
        'GRANT gone TO elder',
        'GRANT gone TO postgres',
      ),
    )
    sql(`CREATE DATABASE old OWNER elder; ALTER ROLE gone SET search_path TO "$user", 'a "b', c;
      ALTER ROLE gone SET work_mem = '5MB'; ALTER ROLE gone IN DATABASE old SET application_name = 'it''s, so';`)
    sql(
      'CREATE TABLE a (x int); CREATE TABLE b (x int); GRANT DELETE ON b TO elder; GRANT SELECT ON a TO PUBLIC;',
      'old',
    )
    before = dump()
  }, 300_000)
  afterAll(() => host?.stop())

  test.each(shells)('by %s: observed, made, changed and gone', (shell) => {
    const { root } = host
    root.shell = shell
    const name = encode(component(odd))
    const made = root.apply('postgres', [
      `POSTGRES role/${name} type=present login=yes memberof=elder* validuntil=2030-01-01T00:00:00Z`,
      `POSTGRES database/${name} type=present owner=${encode(odd)} encoding=UTF8 collate=C ctype=C`,
      `POSTGRES grant/public/database/${name} privileges=CONNECT*`,
      `POSTGRES grant/${name}/schema/${name}/public privileges=USAGE`,
    ])
    // Nothing can be passed on by everybody, and so all of it is named; the database stands outside of the transaction.
    expect(made).toMatchObject({
      status: 1,
      did: [1, 2],
      error: expect.stringMatching(/grant options.*only.*to roles/),
    })
    expect(
      root.apply('postgres', [
        `POSTGRES grant/public/database/${name} privileges=CONNECT`,
        `POSTGRES grant/${name}/schema/${name}/public privileges=USAGE`,
        `POSTGRES role/${name} validuntil="" memberof=elder comment=${encode(odd)}`,
      ]),
    ).toMatchObject({ status: 0, did: [1, 2, 3] })
    expect(
      root.observe('postgres', [`role/${name}`, `database/${name}`, `grant/${name}/schema/${name}/public`]),
    ).toEqual({
      [`role/${name}`]: `bypassrls=no comment=${encode(odd)} connlimit=-1 createdb=no createrole=no inherit=yes login=yes memberof=elder members="" replication=no settings="" superuser=no type=present validuntil=""`,
      [`database/${name}`]: `collate=C comment="" connlimit=-1 ctype=C encoding=UTF8 entries=0 owner=${encode(odd)} type=present`,
      [`grant/${name}/schema/${name}/public`]: 'privileges=USAGE',
    })
    const gone = [`POSTGRES database/${name} type=absent`, `POSTGRES role/${name} type=absent`]
    expect(root.apply('postgres', gone)).toMatchObject({ status: 0, did: [1, 2] })
    root.shell = 'dash'
    expect(dump()).toBe(before)
  })

  test('looking writes nothing', () => {
    const ids = ['role/elder', 'database/old', 'grant/elder/tables/old/public', 'grant/public/database/old']
    expect(changesOfLooking(host, 'postgres', ids)).toEqual([])
  })

  test('what fails afterwards leaves roles, verifiers, databases and privileges as they were', async () => {
    const existing = `
    postgresRole('elder', { password: secret.env('OTHER'), validUntil: '', createRole: true, memberOf: ['readers'] })
    postgresRole('gone', { absent: true })
    postgresDatabase('old', { owner: 'readers', comment: 'mine', connectionLimit: 4 })`
    host.configure(declared + existing + failing)
    const ran = await host.up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toContain('exit status 7')
    expect(dump()).toBe(before)
    expect(found(ran.all, [password, other])).toEqual([])
  })

  test('the plan names what there will be, and neither the password nor its verifier', async () => {
    host.configure(declared)
    const plan = await host.hexis(['plan'])
    expect(plan.status, plan.all).toBe(0)
    for (const name of ['postgres:role/app', 'postgres:database/shop', 'postgres:grant/readers/tables/old/public'])
      expect(plan.out).toContain(name)
    expect(plan.out).toMatch(/password\W+‹secret›/)
    expect(plan.all).not.toContain('SCRAM')
    expect(dump()).toBe(before)
  })

  test('one run makes all of it, the password lets in, and a second run changes nothing', async () => {
    expect(await host.changes()).toBe(11)
    expect(await host.changes()).toBe(0)
    expect(login(password)).toBe('app\n')
    expect(login(other)).toContain('password authentication failed')
    expect(sql("SELECT rolconnlimit, rolvaliduntil = '2031-02-03 03:05Z' FROM pg_roles WHERE rolname = 'app'")).toBe(
      '7|t\n',
    )
    expect(sql("SELECT datacl FROM pg_database WHERE datname = 'shop'")).toContain('readers=c/')
    expect(sql('SELECT relname, relacl FROM pg_class WHERE relname IN ($$a$$, $$b$$) ORDER BY 1', 'old')).toMatch(
      /a\|.*readers=r\/postgres.*\nb\|.*readers=r\/postgres,app=aw\/postgres/,
    )
    expect(sql('SELECT datcollate, datconnlimit, datname FROM pg_database WHERE datname LIKE $$-o%$$')).toBe(
      `C|9|${odd}\n`,
    )
    expect(readFileSync(join(host.root.path, 'tmp/log'), 'utf8')).not.toContain('SCRAM')
  })

  test('what was changed by hand is corrected, a new table too', async () => {
    sql(`ALTER ROLE app CONNECTION LIMIT 1 PASSWORD 'x'; REVOKE readers FROM app; GRANT elder TO app;
      ALTER DATABASE shop OWNER TO elder; GRANT ALL ON DATABASE shop TO PUBLIC;`)
    sql(
      'CREATE TABLE c (x int); REVOKE SELECT ON a FROM readers; GRANT SELECT ON b TO readers WITH GRANT OPTION;',
      'old',
    )
    const drift = await host.hexis(['drift'])
    expect(drift.status, drift.all).toBe(5)
    for (const name of ['role/app', 'database/shop', 'grant/public/database/shop', 'grant/readers/tables/old/public'])
      expect(drift.out).toContain(`postgres:${name}`)
    expect(await host.changes()).toBe(4)
    expect(login(password)).toBe('app\n')
    expect(sql('SELECT relacl FROM pg_class WHERE relname = $$c$$', 'old')).toContain('readers=r/')
    sql('DROP TABLE c', 'old')
    expect(await host.changes()).toBe(0)
  })

  test('killed before and after the server did it, the next contact takes it back', async () => {
    const held = dump()
    host.configure(`${declared.replace('connectionLimit: 7', 'connectionLimit: 8').replace("env('APP')", "env('OTHER')")}
    postgresRole('gone', { absent: true })
    postgresDatabase('new')`)
    for (const when of ['before', 'after'] as const) {
      const shim = killedBy('/usr/sbin/runuser', when, 'case $PGOPTIONS in *log_statement*) :;; *) false;; esac')
      host.root.write('usr/local/sbin/runuser', shim, 0o755)
      const ran = await host.up()
      expect(ran.status, ran.all).toBe(3)
      host.root.run('rm /usr/local/sbin/runuser')
      expect((await host.hexis(['plan'])).err).toContain('interrupted-transaction')
      const recovered = await host.hexis(['recover'])
      expect(recovered.status, recovered.all).toBe(0)
      expect(dump()).toBe(held)
    }
  })

  test('no argument and no environment of any program holds a secret, nor what was left behind', async () => {
    host.configure(declared.replace("env('APP')", "file('./pw')"))
    host.site.write(other, 'pw')
    const log = join(host.site.folder, 'trace')
    const argv = ['strace', '-f', '-qq', '-e', 'trace=execve', '-v', '-s', '65535', '-o', log]
    const hexis = join(import.meta.dirname, '../../bin/hexis')
    await tool(['sh', '-c', 'cd "$0" && exec "$@"', host.site.folder, ...argv, hexis, 'up', '--yes'], {
      timeoutMs: 120_000,
    })
    expect(login(other)).toBe('app\n')
    const calls = readFileSync(log, 'utf8')
    expect(calls).toMatch(/execve\("[^"]*psql"/)
    expect(calls).not.toContain('SCRAM')
    expect(found(calls, [other])).toEqual([])
    const left = host.root.run("grep -rl 'SCRAM-SHA\\|another-77' /var/lib/hexis /tmp || :").trim().split('\n')
    for (const path of left) expect(path).toMatch(/^\/var\/lib\/hexis\/blobs\//)
    host.configure(declared)
    expect(await host.changes()).toBe(1)
  })

  test('another locale and what a server does not allow are said in its words', async () => {
    host.configure(`postgresDatabase('old', { locale: 'POSIX', encoding: 'LATIN1' })`)
    const refused = await host.hexis(['plan'])
    expect(refused.status).toBe(3)
    expect(refused.all).toMatch(/error\[would-be-refused\].*PostgreSQL cannot change that to LATIN1/)
    host.configure(`${declared}\n    postgresRole('elder', { absent: true })`)
    const ran = await host.up()
    expect(ran.status).toBe(3)
    expect(ran.all).toMatch(
      /role "elder" cannot be dropped because some objects depend on it(.|\n)*owner of database old/,
    )
  })

  test('a database with something in it stays when it is no longer declared, and its owner too', async () => {
    sql('CREATE TABLE precious (x int)', 'shop')
    host.configure(roles.replace(/postgresRole\(.*createDb.*/, '').replace(`, ${oddText}]`, ']'))
    const ran = await host.up()
    expect(ran.status, ran.all).toBe(0)
    expect(ran.all).toMatch(/database\/shop .*\n *it holds 1 object: stays/)
    expect(ran.all).toContain('what stays needs it; stays too')
    expect(sql('SELECT 1 FROM pg_tables WHERE tablename = $$precious$$', 'shop')).toBe('1\n')
    expect(sql('SELECT datname FROM pg_database WHERE datname LIKE $$-o%$$')).toBe('')
    host.configure(`postgresDatabase('shop', { absent: true })`)
    const plan = await host.hexis(['plan'])
    expect(plan.out).toMatch(/what the database shop holds is lost with it/)
    expect((await host.up()).status).toBe(3)
    expect(await host.changes('--allow-irreversible', '--allow-removals')).toBeGreaterThan(0)
    sql(`DROP ROLE "${odd.replaceAll('"', '""')}"`)
    host.configure('')
    expect(await host.changes('--allow-removals')).toBe(0)
    expect(dump()).toBe(before)
  })

  test('after a rollback to 0 everything is as before Hexis', async () => {
    host.configure(`${declared}
    postgresRole('gone', { absent: true })
    postgresRole('elder', { password: secret.env('OTHER'), connectionLimit: 3 })`)
    expect(await host.changes()).toBeGreaterThan(11)
    const ran = await host.hexis(['rollback', '--to', '0', '--yes'])
    expect(ran.status, ran.all).toBe(0)
    expect(dump()).toBe(before)
  })

  test('a verifier that Hexis itself had set is never taken for the one of before', async () => {
    host.configure(`postgresRole('later', { password: secret.env('APP') })`)
    expect(await host.changes()).toBe(1)
    host.configure(`postgresRole('later', { password: secret.env('OTHER') })`)
    expect(await host.changes()).toBe(1)
    host.configure('')
    expect(await host.changes('--allow-removals')).toBe(1)
    expect(dump()).toBe(before)
    sql("CREATE ROLE later PASSWORD 'by hand'")
    const byHand = dump()
    host.configure(`postgresRole('later', { password: secret.env('APP') })`)
    expect(await host.changes()).toBe(1)
    host.configure('')
    expect(await host.changes('--allow-removals')).toBe(1)
    expect(dump()).toBe(byHand)
    sql('DROP ROLE later')
  })

  test('a server that comes in the same run: the plan does not know yet, and does not fail', async () => {
    host.root.run(stop)
    host.configure(`exec('server', { command: ${JSON.stringify(start)}, undo: ${JSON.stringify(stop)} })
    ${declared}`)
    const plan = await host.hexis(['plan'])
    expect(plan.status, plan.all).toBe(0)
    expect(plan.out).toMatch(/postgres:role\/app .*(\n {6}.*)*not known before exec:server has run/)
    expect(await host.changes()).toBe(12)
    expect(login(password)).toBe('app\n')
    host.root.run(`${stop}; mkdir /opt/away; mv /usr/bin/psql /opt/away`)
    host.configure(`postgresRole('app', { login: true })`)
    const none = await host.hexis(['plan'])
    expect(none.all).toMatch(/this host has no PostgreSQL(.|\n)*Declare its package and service before/)
    host.configure(`postgresRole('never', { absent: true })`)
    expect((await host.hexis(['plan'])).status).toBe(0)
  })
})
