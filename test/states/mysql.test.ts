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

/** Quotes, a newline, a leading dash, wildcards, and what paths are parted by. */
const odd = `-o'"\`$x\\n%/ü_;\\`
const oddText = JSON.stringify(odd)
const oddUser = JSON.stringify(`${odd}@10.0.%`)

/** As identities spell a name. */
const component = (name: string): string => name.replace(/[%/]/g, (c) => (c === '%' ? '%25' : '%2F'))

const declared = `
    mysqlUser('app', { password: secret.env('APP'), connectionLimit: 7 })
    mysqlUser(${oddUser}, { require: 'ssl', locked: true })
    mysqlDatabase(${oddText}, { charset: 'utf8mb4', collation: 'utf8mb4_bin' })
    mysqlDatabase('shop')
    mysqlGrant('shop', { user: 'app', database: 'shop', privileges: ['ALL'] })
    mysqlGrant('odd', { user: ${oddUser}, database: ${oddText}, privileges: ['SELECT', 'CREATE TEMPORARY TABLES'], grantable: true })
    mysqlGrant('global', { user: 'app', privileges: ['PROCESS'] })
    mysqlGrant('table', { user: 'app', database: 'old', table: 't', privileges: ['INSERT', 'SELECT'] })`
const existing = `
    mysqlUser('elder@%', { password: secret.env('OTHER'), require: 'none', locked: false })
    mysqlGrant('elder', { user: 'elder@%', database: 'old', privileges: ['SELECT'] })
    mysqlUser('gone@%', { absent: true })
    mysqlDatabase('old', { charset: 'utf8mb4' })`
const failing = `
    exec('later', { command: 'exit 7', undo: 'true' })`

const start = `(setsid mariadbd --user=mysql --skip-networking --innodb-flush-log-at-trx-commit=0 --general-log --general-log-file=/tmp/log --slow-query-log \\
  --slow-query-log-file=/tmp/slow --long-query-time=0 >/tmp/said 2>&1 </dev/null &)
i=0; until mariadb-admin ping >/dev/null 2>&1; do sleep 0.1; i=$((i+1)); [ $i -lt 300 ]; done`
const stop = 'mariadb-admin shutdown'

describe.skipIf(process.getuid?.() !== 0)('MariaDB of Debian', () => {
  let host: DatabaseHost
  let before: string

  const sql = (text: string): string =>
    host.root.run(
      'mariadb --batch --skip-column-names --default-character-set=utf8mb4',
      `SET sql_mode = 'NO_BACKSLASH_ESCAPES';\n${text}`,
    )
  /** Every account with its hash and privileges, and all databases with what they are and hold. */
  const dump = (): string => {
    const named = (column: string): string => `'''', REPLACE(${column}, '''', ''''''), ''''`
    const accounts = sql(
      `SELECT CONCAT(${named('User')}, '@', ${named('Host')}) FROM mysql.user WHERE User NOT IN ('mariadb.sys', 'mysql') ORDER BY 1`,
    )
    // The client marks what would break its lines.
    const plain = (line: string): string => line.replace(/\\([n\\])/g, (_, c) => (c === 'n' ? '\n' : c))
    const all = accounts.trim().split('\n').map(plain)
    const shown = sql(all.map((one) => `SHOW CREATE USER ${one}; SHOW GRANTS FOR ${one};`).join('\n'))
    return `${shown}${sql('SELECT * FROM information_schema.SCHEMATA; SELECT * FROM mysql.db ORDER BY 1, 2, 3')}${host.root.run(
      'mariadb-dump --databases old --skip-comments --skip-dump-date --order-by-primary',
    )}`
  }
  const login = (secret: string): string =>
    host.root.run('MYSQL_PWD="$(cat)" mariadb -u app -Ne "SELECT CURRENT_USER()" 2>&1 || :', secret)

  beforeAll(async () => {
    host = await databaseHost(['mysqlDatabase', 'mysqlGrant', 'mysqlUser'], ['mariadb-server'], env)
    host.root.run(start)
    sql(`CREATE DATABASE old CHARACTER SET latin1; CREATE TABLE old.t (x int);
      CREATE USER 'elder'@'%' IDENTIFIED BY 'elder' REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 9 MAX_USER_CONNECTIONS 3 ACCOUNT LOCK;
      GRANT SELECT, UPDATE ON old.* TO 'elder'@'%' WITH GRANT OPTION; GRANT RELOAD ON *.* TO 'elder'@'%';
      CREATE USER 'gone'@'%' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('gone') WITH MAX_UPDATES_PER_HOUR 4;
      GRANT ALL ON \`o%\`.* TO 'gone'@'%'; GRANT INSERT (x) ON old.t TO 'gone'@'%'; GRANT PROCESS ON *.* TO 'gone'@'%' WITH GRANT OPTION;`)
    before = dump()
  }, 300_000)
  afterAll(() => host?.stop())

  test.each(shells)('by %s: observed, made, changed and gone', (shell) => {
    const { root } = host
    root.shell = shell
    const name = encode(component(odd))
    const user = `${name}/10.0.%2525`
    expect(
      root.apply('mysql', [
        `MYSQL user/${user} type=present require=x509 connlimit=3`,
        `MYSQL database/${name} type=present charset=utf8mb4`,
        `MYSQL grant/${user}/database/${name} privileges=ALL,GRANT%20OPTION`,
        `MYSQL grant/${user}/all privileges=RELOAD`,
      ]),
    ).toMatchObject({ status: 0, did: [1, 2, 3, 4] })
    expect(
      root.apply('mysql', [
        `MYSQL user/${user} require=none locked=yes plugin=unix_socket`,
        `MYSQL grant/${user}/database/${name} privileges=INSERT,SELECT`,
        `MYSQL grant/${user}/all privileges=GRANT%20OPTION`,
        `MYSQL grant/${user}/table/old/none privileges=SELECT`,
      ]),
    ).toMatchObject({
      status: 1,
      did: [1, 2, 3],
      error: expect.stringMatching(/the server says: ERROR 1146: .*old\.none/),
    })
    expect(
      root.observe('mysql', [
        `user/${user}`,
        `database/${name}`,
        `grant/${user}/database/${name}`,
        `grant/${user}/all`,
      ]),
    ).toEqual({
      [`user/${user}`]: 'connlimit=3 grants=2 limits=0/0/0 locked=yes plugin=unix_socket require=none type=present',
      [`database/${name}`]: expect.stringMatching(/^charset=utf8mb4 collate=utf8mb4_\w+ entries=0 type=present$/),
      [`grant/${user}/database/${name}`]: 'privileges=INSERT,SELECT',
      [`grant/${user}/all`]: 'privileges=GRANT%20OPTION',
    })
    // What the client shows of a statement that failed may hold a hash.
    const said = `printf '%s\\n' -------------- "ALTER USER x AS '*AB'" -------------- '' 'ERROR 1396 (HY000) at line 2: no' | hx_my_said`
    expect(root.script(said).stdout).toBe('ERROR 1396: no\n')
    const gone = [`MYSQL database/${name} type=absent`, `MYSQL user/${user} type=absent`]
    expect(root.apply('mysql', gone)).toMatchObject({ status: 0, did: [1, 2] })
    root.shell = 'dash'
    expect(dump()).toBe(before)
  })

  test('looking writes nothing', () => {
    expect(changesOfLooking(host, 'mysql', ['user/elder/%25', 'database/old', 'grant/elder/%25/all'])).toEqual([])
  })

  test('what fails afterwards leaves users, hashes, databases and privileges as they were', async () => {
    host.configure(declared + existing + failing)
    const ran = await host.up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toContain('exit status 7')
    expect(dump()).toBe(before)
    expect(found(ran.all, [password, other])).toEqual([])
  })

  test('one run makes all of it, the password lets in, and a second run changes nothing', async () => {
    host.configure(declared)
    const plan = await host.hexis(['plan'])
    expect(plan.out).toMatch(/password\W+‹secret›/)
    expect(await host.changes()).toBe(8)
    expect(await host.changes()).toBe(0)
    expect(login(password)).toBe('app@localhost\n')
    expect(login(other)).toContain('Access denied')
    expect(sql("SHOW GRANTS FOR 'app'@'localhost'")).toMatch(
      /GRANT PROCESS ON \*\.\*(.|\n)*GRANT ALL PRIVILEGES ON `shop`\.\*(.|\n)*GRANT SELECT, INSERT ON `old`\.`t`/,
    )
    const quoted = odd.replaceAll("'", "''")
    expect(sql(`SHOW CREATE USER '${quoted}'@'10.0.%'`)).toMatch(/AS|BY PASSWORD '\*0{40}' REQUIRE SSL.*ACCOUNT LOCK/)
    expect(sql(`SHOW GRANTS FOR '${quoted}'@'10.0.%'`)).toMatch(
      /GRANT SELECT, CREATE TEMPORARY TABLES ON .*WITH GRANT OPTION/,
    )
    const logs = host.root.read('tmp/log') + host.root.read('tmp/slow')
    expect(logs).toContain('CREATE TABLE old.t')
    expect(logs).not.toContain(sql("SELECT authentication_string FROM mysql.user WHERE User = 'app'").trim())
  })

  test('what was changed by hand is corrected', async () => {
    sql(`ALTER USER 'app'@'localhost' IDENTIFIED BY 'x' WITH MAX_USER_CONNECTIONS 1; REVOKE DROP ON shop.* FROM 'app'@'localhost';
      GRANT FILE ON *.* TO 'app'@'localhost' WITH GRANT OPTION; REVOKE SELECT ON old.t FROM 'app'@'localhost';`)
    const drift = await host.hexis(['drift'])
    expect(drift.status, drift.all).toBe(5)
    for (const name of ['user/app/localhost', 'grant/app/localhost/database/shop', 'grant/app/localhost/all'])
      expect(drift.out).toContain(`mysql:${name}`)
    expect(await host.changes()).toBe(4)
    expect(login(password)).toBe('app@localhost\n')
    expect(await host.changes()).toBe(0)
  })

  test('killed before and after the server did it, the next contact takes it back', async () => {
    const held = dump()
    host.configure(
      declared.replace('connectionLimit: 7', 'connectionLimit: 8').replace("env('APP')", "env('OTHER')") + existing,
    )
    for (const when of ['before', 'after'] as const) {
      // Only where it applies does a process above it hold the list of ops.
      const shim = killedBy(
        '/usr/bin/mariadb',
        when,
        '[ -e /tmp/armed ] && [ "$(ls /var/lib/hexis/journal/*/apply.1 2>/dev/null)" ]',
      )
      host.root.write('usr/local/sbin/mariadb', shim, 0o755)
      host.root.run('touch /tmp/armed')
      const ran = await host.up()
      host.root.run('rm /usr/local/sbin/mariadb /tmp/armed')
      expect(ran.status, ran.all).toBe(3)
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
    expect(login(other)).toBe('app@localhost\n')
    const hash = sql("SELECT authentication_string FROM mysql.user WHERE User = 'app'").trim().slice(1)
    const calls = readFileSync(log, 'utf8')
    expect(calls).toMatch(/execve\("[^"]*mariadb"/)
    expect(found(calls, [other, hash])).toEqual([])
    const left = host.root.run(`grep -rl '${hash}\\|another-77' /var/lib/hexis /tmp || :`).trim().split('\n')
    for (const path of left) expect(path).toMatch(/^\/var\/lib\/hexis\/blobs\//)
  })

  test('a database with something in it stays when it is no longer declared; absent drops it, and says what is lost', async () => {
    sql('CREATE TABLE shop.precious (x int)')
    host.configure('')
    const ran = await host.up('--allow-removals')
    expect(ran.status, ran.all).toBe(0)
    expect(ran.all).toMatch(/database\/shop .*\n *it holds 1 object: stays/)
    expect(sql('SHOW TABLES FROM shop')).toBe('precious\n')
    host.configure(`mysqlDatabase('shop', { absent: true })`)
    expect((await host.hexis(['plan'])).out).toMatch(/what the database shop holds is lost with it/)
    expect((await host.up()).status).toBe(3)
    expect(await host.changes('--allow-irreversible', '--allow-removals')).toBe(1)
    host.configure('')
    expect(await host.changes('--allow-removals')).toBe(0)
    expect(dump()).toBe(before)
  })

  test('after a rollback to 0 everything is as before Hexis', async () => {
    host.configure(declared + existing)
    expect(await host.changes()).toBe(12)
    const ran = await host.hexis(['rollback', '--to', '0', '--yes'])
    expect(ran.status, ran.all).toBe(0)
    expect(dump()).toBe(before)
  })

  test('a server that comes in the same run: the plan does not know yet, and does not fail', async () => {
    host.root.run(stop)
    host.configure(`exec('server', { command: ${JSON.stringify(start)}, undo: ${JSON.stringify(stop)} })
    ${declared}`)
    const plan = await host.hexis(['plan'])
    expect(plan.status, plan.all).toBe(0)
    expect(plan.out).toMatch(/mysql:user\/app\/localhost .*(\n {6}.*)*not known before exec:server has run/)
    expect(await host.changes()).toBe(9)
    expect(login(password)).toBe('app@localhost\n')
    host.root.run('mkdir /opt/away; mv /usr/bin/mariadb /usr/bin/mysql /opt/away')
    host.configure(`mysqlUser('app', { locked: true })`)
    expect((await host.hexis(['plan'])).all).toMatch(/this host has no MariaDB or MySQL(.|\n)*Declare its package/)
    host.configure(`mysqlUser('never', { absent: true })`)
    expect((await host.hexis(['plan'])).status).toBe(0)
  })
})
