import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

let site: ScratchSite
const box = (path: string): string => join(site.folder, 'box', path)
const read = (path: string): string => readFileSync(box(path), 'utf8')
const configure = (body: string): void =>
  site.write(`import { defineSite } from 'hexis'
import { block, directory, file, ini, line, link } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  configure() { ${body} },
})
`)
const run = (...argv: readonly string[]): Promise<Ran> => site.hexis(argv)
const up = async (...more: readonly string[]): Promise<void> => {
  const ran = await run('up', '--yes', ...more)
  expect(ran.status, ran.all).toBe(0)
}

beforeEach(async () => {
  site = scratchSite()
  mkdirSync(box('etc'), { recursive: true })
  mkdirSync(box('srv'))
  writeFileSync(box('etc/motd'), 'before Hexis\n', { mode: 0o640 })
  configure("file('/etc/motd', { content: 'ours\\n' }); link('/srv/link', { target: 'a' }); directory('/srv/dir', {})")
  await up()
  writeFileSync(box('etc/motd'), 'by hand, and dear to somebody\n')
  rmSync(box('srv/link'))
  symlinkSync('by-hand', box('srv/link'))
  writeFileSync(box('srv/dir/theirs'), 'x')
})
afterEach(() => site.dispose())

describe('changed by hand, and now updated', () => {
  const changed =
    "file('/etc/motd', { content: 'ours anew\\n' }); link('/srv/link', { target: 'b' }); directory('/srv/dir', { mode: '0700' })"

  test('by default it is replaced, and what was written by hand can be printed', async () => {
    configure(changed)
    const plan = await run('plan')
    expect(plan.out).toMatch(/path:\/etc\/motd {2}changed, conflict/)
    await up()
    expect(read('etc/motd')).toBe('ours anew\n')
    expect(existsSync(box('srv/dir/theirs'))).toBe(true)
    const hidden = await run('log', 'box', '--show', '/etc/motd')
    expect(hidden.out).toContain('not shown: others may not read it; --private shows it')
    expect(hidden.out).not.toContain('dear to somebody')
    const shown = await run('log', 'box', '--private', '--show', '/etc/motd')
    expect(shown.out).toMatch(
      /^== replaced \d{4}-\S+Z {2}0640\S*.*\nby hand, and dear to somebody\n== before Hexis.*\nbefore Hexis\n$/,
    )
    const json = JSON.parse((await run('log', 'box', '--private', '--show', 'file:/etc/motd', '--json')).out)
    expect(json).toMatchObject({
      host: 'box',
      key: 'path:/etc/motd',
      states: [{ text: 'by hand, and dear to somebody\n' }, {}],
    })
    expect((await run('log', 'box', '--show', 'link:/srv/link')).out).toMatch(
      /^== replaced \d{4}-\S+Z.* target=by-hand type=link\n$/,
    )
  })

  test('it outlives other transactions, in a file that nobody else reads', async () => {
    configure(changed)
    await up()
    for (let n = 0; n < 7; n++) {
      configure(`${changed}; file('/srv/other', { content: '${n}' })`)
      await up()
    }
    expect((await run('log', 'box', '--private', '--show', '/etc/motd')).out).toContain('by hand, and dear to somebody')
    expect(statSync(box('var/lib/hexis')).mode & 0o777).toBe(0o700)
    expect((await run('fsck')).status).toBe(0)
  })

  test('keep leaves it, abort stops before anything is done', async () => {
    configure(changed)
    const abort = await run('up', '--yes', '--on-conflict', 'abort')
    expect(abort.status).toBe(3)
    expect(abort.err).toMatch(/error\[conflict\].*path:\/etc\/motd/)
    expect(read('etc/motd')).toBe('by hand, and dear to somebody\n')
    await run('up', '--yes', '--on-conflict', 'keep')
    expect(read('etc/motd')).toBe('by hand, and dear to somebody\n')
  })
})

describe('changed by hand, and no longer declared', () => {
  test('by default it stays, is let go, and that is said', async () => {
    configure('')
    const plan = await run('plan')
    expect(plan.out).toMatch(/· path:\/etc\/motd {2}released, conflict.*\n +changed by hand since; left as it is/)
    expect(plan.out).toMatch(/· path:\/srv\/dir {2}released.*\n +not empty, stays: theirs/)
    await up('--allow-removals')
    expect(read('etc/motd')).toBe('by hand, and dear to somebody\n')
    expect((await run('explain', 'box', '/etc/motd')).out).toContain('not held by this site')
  })

  test('replace brings back what was before Hexis, and keeps what was written by hand', async () => {
    configure('')
    await up('--allow-removals', '--on-conflict', 'replace')
    expect(read('etc/motd')).toBe('before Hexis\n')
    expect((await run('log', 'box', '--private', '--show', '/etc/motd')).out).toContain('by hand, and dear to somebody')
  })

  test('abort stops before anything is done', async () => {
    configure('')
    const ran = await run('up', '--yes', '--allow-removals', '--on-conflict', 'abort')
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('error[conflict]')
    expect(read('etc/motd')).toBe('by hand, and dear to somebody\n')
  })
})

describe('changed by hand, and rolled back', () => {
  test('to before Hexis: it stays unless told', async () => {
    const ran = await run('rollback', '--to', '0', '--yes')
    expect(ran.status, ran.all).toBe(0)
    expect(read('etc/motd')).toBe('by hand, and dear to somebody\n')
    expect(existsSync(box('srv/dir/theirs'))).toBe(true)
  })

  test('to before Hexis, with replace', async () => {
    const ran = await run('rollback', '--to', '0', '--yes', '--on-conflict', 'replace')
    expect(ran.status, ran.all).toBe(0)
    expect(read('etc/motd')).toBe('before Hexis\n')
    expect(statSync(box('etc/motd')).mode & 0o777).toBe(0o640)
    expect((await run('log', 'box', '--private', '--show', '/etc/motd')).out).toContain('by hand, and dear to somebody')
  })
})

test('drift that is set right again is kept too', async () => {
  await up()
  expect(read('etc/motd')).toBe('ours\n')
  expect((await run('log', 'box', '--private', '--show', '/etc/motd')).out).toContain('by hand, and dear to somebody')
  expect((await run('log', 'box', '--show', '/etc/none')).out).toBe('box keeps no earlier state of path:/etc/none\n')
})

describe('a part of a file, changed by hand', () => {
  const parts = `line('/etc/hosts', { id: 'db', match: /db$/, line: '10.0.0.5 db' })
    block('/etc/profile', { id: 'path', text: 'ours\\n' })
    ini('/etc/app.ini', { section: 'main', key: 'workers', value: '4' })`
  const byHand: Readonly<Record<string, readonly [part: string, ours: string, theirs: string]>> = {
    'etc/hosts': ['#line:db', '10.0.0.5', '10.9.9.9'],
    'etc/profile': ['#block:path', 'ours', 'theirs'],
    'etc/app.ini': ['#ini:main/workers', '= 4', '= 99'],
  }
  const show = async (key: string): Promise<string> => (await run('log', 'box', '--private', '--show', key)).out

  beforeEach(async () => {
    for (const [path, text] of [
      ['etc/hosts', 'one\n'],
      ['etc/profile', 'one\n'],
      ['etc/app.ini', '[main]\nworkers = 2\n'],
    ] as const)
      writeFileSync(box(path), text)
    configure(parts)
    await up('--allow-removals')
    // What others add beside a part is theirs, and no reason to keep anything.
    for (const path of Object.keys(byHand)) writeFileSync(box(path), `${read(path)}# beside\n`)
    configure(parts.replace('10.0.0.5', '10.0.0.7').replace('ours', 'ours anew').replace("'4'", "'8'"))
    await up()
    for (const path of Object.keys(byHand)) expect(await show(`/${path}`)).toContain('keeps no earlier state')
    configure(parts)
    await up()
    for (const [path, [, ours, theirs]] of Object.entries(byHand)) {
      expect(read(path)).toContain(ours)
      writeFileSync(box(path), read(path).replace(ours, theirs))
    }
  })

  test.each([
    ['set right again', parts],
    ['updated', parts.replace('10.0.0.5', '10.0.0.6').replace('ours', 'ours anew').replace("'4'", "'9'")],
  ])('and %s: the file with it can be printed for as long as contents are kept', async (_what, body) => {
    configure(body)
    await up('--allow-removals')
    for (let n = 0; n < 6; n++) {
      configure(`${body}; file('/srv/other', { content: '${n}' })`)
      await up()
    }
    for (const [path, [part, , theirs]] of Object.entries(byHand)) {
      expect(read(path)).not.toContain(theirs)
      expect(await show(`/${path}`)).toMatch(new RegExp(`^== replaced \\d{4}-[^\n]*\n[^=]*${theirs}`))
      expect(await show(`path:/${path}${part}`)).toBe(await show(`/${path}`))
    }
    expect((await run('fsck')).status).toBe(0)
  })

  test('and no longer declared: it stays', async () => {
    configure('')
    await up('--allow-removals')
    for (const [path, [, , theirs]] of Object.entries(byHand)) expect(read(path)).toContain(theirs)
  })
})
