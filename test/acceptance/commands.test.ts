import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

const config = (lines: string, hosts = ''): string => `import { defineSite } from 'hexis'
import { directory, file, line } from 'hexis/resources'

export default defineSite({
  id: 'shop',
  hosts: {
    a: { connection: 'directory', root: './a', os: 'debian/12', labels: { role: 'web' } },
    b: { connection: 'directory', root: './b', os: 'debian/12', labels: { role: 'db' } },
${hosts}
  },
  configure(host) {
${lines}
  },
})
`

const motd = "file('/etc/motd', { content: 'hello ' + host.name + '\\n' })"

let site: ScratchSite
beforeEach(() => {
  site = scratchSite()
  for (const name of ['a', 'b']) mkdirSync(join(site.folder, name, 'etc'), { recursive: true })
  site.write(config(motd))
})
afterEach(() => site.dispose())

const path = (name: string): string => join(site.folder, name)
const read = (name: string): string => readFileSync(path(name), 'utf8')

describe('exit codes', () => {
  test('plan: 0, and 2 where asked for details', async () => {
    expect(await site.hexis(['plan'])).toMatchObject({ status: 0 })
    expect(await site.hexis(['plan', '--detailed-exitcode'])).toMatchObject({ status: 2 })
    expect(existsSync(path('a/var'))).toBe(false)
    expect(await site.hexis(['up', '--yes'])).toMatchObject({ status: 0 })
    expect(await site.hexis(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 })
  })

  test('up without a terminal and without --yes: 1, before any contact', async () => {
    const ran = await site.hexis(['up'])
    expect(ran.status).toBe(1)
    expect(ran.err).toContain('--yes')
    expect(existsSync(path('a/etc/motd'))).toBe(false)
  })

  test('a host that fails is 3 and keeps no other from converging', async () => {
    site.write(config(motd, "    c: { connection: 'directory', root: './missing', os: 'debian/12' },"))
    const ran = await site.hexis(['up', '--yes', '--json'])
    const end = JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')
    expect(ran.status).toBe(3)
    expect(end).toMatchObject({ event: 'end', exit: 3 })
    expect(end.hosts.a).toEqual({ status: 'changed', changes: 1, generation: 1 })
    expect(end.hosts.c.status).toBe('failed')
  })

  test('a host that cannot be reached is 4', async () => {
    site.write(config(motd, "    c: { address: '127.0.0.1', ssh: { port: 1 } },"))
    const ran = await site.hexis(['up', '--yes', '--on', 'c'])
    expect(ran.status).toBe(4)
    expect(ran.err).toContain('unreachable')
  })

  test('usage and config errors are 1, all at once with their lines', async () => {
    expect(await site.hexis(['plan', '--on', 'nobody'])).toMatchObject({ status: 1 })
    site.write(config("file('/etc/a', { contnt: 'x' })\n    directory('/etc/b', { mode: 9 })"))
    const ran = await site.hexis(['check'])
    expect(ran.status).toBe(1)
    expect(ran.err).toMatch(/site\.ts:\d+:\d+/)
    expect(ran.err).toContain("Did you mean 'content'?")
    expect(ran.err).toContain('mode')
  })
})

describe('saved plans', () => {
  test('are whole, private, and run without the config', async () => {
    expect(await site.hexis(['plan', '--out', 'p.tar'])).toMatchObject({ status: 0 })
    expect(statSync(path('p.tar')).mode & 0o777).toBe(0o600)
    site.write(config("throw new Error('never evaluated')"))
    const ran = await site.hexis(['up', 'p.tar', '--yes'])
    expect(ran).toMatchObject({ status: 0 })
    expect(read('a/etc/motd')).toBe('hello a\n')
  })

  test('are refused, host by host, where the host has changed since', async () => {
    await site.hexis(['plan', '--out', 'p.tar'])
    writeFileSync(path('a/etc/motd'), 'meanwhile\n')
    const ran = await site.hexis(['up', 'p.tar', '--yes', '--json'])
    const end = JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')
    expect(end.hosts.a.status).toBe('refused')
    expect(end.hosts.b.status).toBe('changed')
    expect(read('a/etc/motd')).toBe('meanwhile\n')
    expect(ran.status).toBe(3)
  })

  test('a file that is no plan is a clear error', async () => {
    writeFileSync(path('p.tar'), 'garbage')
    const ran = await site.hexis(['up', 'p.tar', '--yes'])
    expect(ran.status).toBe(1)
    expect(ran.err).toContain('p.tar')
  })
})

describe('letting go', () => {
  test('release keeps the thing and forgets that it is held', async () => {
    await site.hexis(['up', '--yes'])
    expect(await site.hexis(['release', 'a', 'file:/etc/motd', '--why', 'moved to another tool'])).toMatchObject({
      status: 0,
    })
    site.write(config(''))
    expect(await site.hexis(['up', '--yes', '--allow-removals'])).toMatchObject({ status: 0 })
    expect(read('a/etc/motd')).toBe('hello a\n')
    expect(existsSync(path('b/etc/motd'))).toBe(false)
    expect(await site.hexis(['release', 'a', 'path:/etc/motd', '--why', 'again'])).toMatchObject({ status: 1 })
  })

  test('onRemoval keep leaves it when it is no longer declared', async () => {
    site.write(config("file('/etc/motd', { content: 'kept\\n', onRemoval: 'keep' })"))
    await site.hexis(['up', '--yes'])
    site.write(config(''))
    await site.hexis(['up', '--yes', '--allow-removals'])
    expect(read('a/etc/motd')).toBe('kept\n')
  })
})

describe('conflicts', () => {
  const edited = async (args: readonly string[]): Promise<string> => {
    await site.hexis(['up', '--yes', '--on', 'a'])
    writeFileSync(path('a/etc/motd'), 'by hand\n')
    site.write(config("file('/etc/motd', { content: 'changed\\n' })"))
    const plan = (await site.json(['plan', '--on', 'a'])) as {
      hosts: { a: { changes: { reason: string; conflict?: boolean }[] } }
    }
    expect(plan.hosts.a.changes[0]).toMatchObject({ reason: 'changed', conflict: true })
    const ran = await site.hexis(['up', '--yes', '--on', 'a', ...args])
    return `${ran.status} ${read('a/etc/motd')}`
  }
  test.each([
    [['--on-conflict', 'replace'], '0 changed\n'],
    [['--on-conflict', 'keep'], '0 by hand\n'],
    [['--on-conflict', 'abort'], '3 by hand\n'],
  ] as const)('%j', async (args, expected) => {
    expect(await edited(args)).toBe(expected)
  })
})

describe('a folder that is no system', () => {
  test('shows what it cannot have as unsupported, and skips it', async () => {
    site.write(config(`${motd}\n    service('x', { running: true })`).replace('file, line', 'file, line, service'))
    const ran = await site.hexis(['up', '--yes'])
    expect(ran.status).toBe(0)
    expect(ran.all).toContain('unsupported')
    expect(read('a/etc/motd')).toBe('hello a\n')
  })

  test('a link that leaves it is an error, and nothing is written outside', async () => {
    mkdirSync(path('outside'))
    symlinkSync(path('outside'), path('a/etc/out'))
    site.write(config("file('/etc/out/x', { content: 'x' })"))
    const ran = await site.hexis(['up', '--yes', '--on', 'a'])
    expect(ran.status).toBe(3)
    expect(existsSync(path('outside/x'))).toBe(false)
  })
})

test('what describes hosts prints one JSON value', async () => {
  expect(await site.json(['hosts'])).toBeTypeOf('object')
  expect(await site.json(['facts'])).toBeTypeOf('object')
  expect(await site.json(['document', 'a'])).toMatchObject({ format: 'document/1', host: 'a' })
  expect((await site.hexis(['steps', 'a'])).out).toMatch(/^steps\/1 host=a os=debian\/12 site=shop\nCOPY \/etc\/motd /)
  expect(await site.hexis(['hosts', '--on', 'role=web'])).toMatchObject({ status: 0 })
})

test('explain says in words what was there, what was set, and what becomes of it', async () => {
  writeFileSync(path('a/etc/motd'), 'old\n')
  expect((await site.hexis(['up', '--yes'])).status).toBe(0)
  const said = (await site.hexis(['explain', 'a', '/etc/motd'])).out
  expect(said).toMatch(
    /^path:\/etc\/motd on a\n {2}declared at +site\.ts:12:1\n {2}step +COPY \/etc\/motd blob=[0-9a-f]{64}\n/,
  )
  expect(said).toMatch(/ {2}resource +file \/etc\/motd\n {2}held since +generation 1\n/)
  expect(said).toMatch(/ {2}before Hexis +file, content [0-9a-f]{12}…, kept as it was\n {2}set last +file, content /)
  expect(said).toMatch(/ {2}undeclared, it +becomes what it was before\n$/)
  expect((await site.hexis(['explain', 'b', 'file:/etc/motd'])).out).toMatch(
    /before Hexis +not there(?:.*\n)+ *undeclared, it +goes\n/,
  )
})
