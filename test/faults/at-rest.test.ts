import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { scratchSite } from '../scratch-site.ts'
import { Root } from '../states/root.ts'

const secret = 'kT7-rests-here-and-nowhere-else'

/** Every file below a folder whose bytes hold the text. */
const holding = (folder: string, text: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))

test('what a private file held before is kept once, where nobody else gets, and goes by retention', async () => {
  const site = scratchSite()
  try {
    const box = join(site.folder, 'box')
    const state = join(box, 'var/lib/hexis')
    mkdirSync(join(box, 'etc'), { recursive: true })
    writeFileSync(join(box, 'etc/gshadow'), `root:${secret}::\n`, { mode: 0o640 })
    writeFileSync(join(box, 'etc/key'), `${secret}\n`, { mode: 0o600 })
    const configure = (body: string, retention = ''): void =>
      site.write(`import { defineSite } from 'hexis'
import { file } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  ${retention}
  configure() { ${body} },
})
`)
    const both = "file('/etc/gshadow', { content: 'ours' }); file('/etc/key', { absent: true })"
    configure(both)
    expect((await site.hexis(['up', '--yes', '--quiet', '--json'])).status).toBe(0)
    const kept = holding(state, secret).map((path) => relative(state, path))
    expect(kept).toHaveLength(2)
    for (const path of kept) {
      expect(path).toMatch(/^blobs\/inodes\/[0-9a-z.-]+$/)
      expect(lstatSync(join(state, path)).mode & 0o7).toBe(0)
    }
    for (const folder of ['', 'blobs', 'blobs/inodes', 'journal', 'sites'])
      expect(lstatSync(join(state, folder)).mode & 0o777).toBe(0o700)
    // Everything that Hexis itself writes is for its owner alone.
    for (const entry of readdirSync(state, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile() && !path.includes('/inodes/')) expect([path, lstatSync(path).mode & 0o77]).toEqual([path, 0])
    }
    expect(holding(site.folder, secret).filter((path) => !path.startsWith(state))).toEqual([])
    utimesSync(join(state, 'retained'), 1, 1)
    configure(`${both}; file('/etc/other', { content: 'x' })`, "retention: { size: '1KiB' },")
    expect((await site.hexis(['up', '--yes'])).status).toBe(0)
    expect(holding(state, secret)).toEqual([])
  } finally {
    site.dispose()
  }
})

test('what a private file held before is in no output, unless it is asked for', async () => {
  const site = scratchSite()
  try {
    const box = join(site.folder, 'box')
    mkdirSync(join(box, 'etc'), { recursive: true })
    for (const name of ['gshadow', 'key', 'edited'])
      writeFileSync(join(box, 'etc', name), `first\n${secret}\nlast\n`, { mode: 0o640 })
    const configure = (body: string): void =>
      site.write(`import { defineSite } from 'hexis'
import { file, line } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  configure() { ${body} },
})
`)
    const said: string[] = []
    const run = async (...args: readonly string[]): Promise<string> => {
      const ran = await site.hexis([...args])
      said.push(ran.out, ran.err)
      return ran.out
    }
    configure(`file('/etc/gshadow', { content: 'first\\nours\\n' }); file('/etc/key', { absent: true })
      line('/etc/edited', { line: 'one more' }); line('/etc/edited', { id: 'l', match: /kT7/, line: 'instead' })`)
    expect(await run('plan', '--diff')).toContain('+ours')
    expect(said[0]).toContain('2 lines not shown: others may not read this file; --private shows it')
    expect(said[0]).toContain('+one more')
    expect(await run('plan', '--json')).toContain('+ours')
    await run('up', '--yes', '--diff')
    await run('up', '--yes', '--json')
    writeFileSync(join(box, 'etc/gshadow'), `first\n${secret}\nby hand\n`)
    await run('drift', '--diff')
    await run('drift', '--json')
    await run('up', '--yes', '--diff', '--json')
    for (const name of ['gshadow', 'key', 'edited']) {
      await run('log', 'box', '--show', `/etc/${name}`)
      await run('log', 'box', '--show', `/etc/${name}`, '--json')
    }
    await run('rollback', '--to', '0', '--yes', '--diff')
    expect(said.filter((text) => text.includes(secret))).toEqual([])
    expect(await run('plan', '--diff', '--private')).toContain(`-${secret}`)
    expect(said.length).toBeGreaterThan(20)
  } finally {
    site.dispose()
  }
})

test.skipIf(process.getuid?.() !== 0)(
  'an earlier password lies in /etc/shadow, and else only where root gets',
  async () => {
    const [earlier, wanted] = [
      '$5$earlier$NnhQ1fGgJ6mTvbbIjvRmWvQhVQd8nHuBqVZ6hQ5Zr41',
      '$5$wanted$x3cKyyB4wHxDUhL4mGmYyGqz0bM2uYVbE0wVjF1qkU7',
    ]
    const root = new Root()
    const site = scratchSite()
    try {
      root.enter()
      root.run(`useradd -p '${earlier}' worker && cp -p /etc/shadow /before`)
      const before = readFileSync(join(root.path, 'etc/shadow'), 'utf8')
      const state = join(root.path, 'var/lib/hexis')
      const configure = (body: string): void =>
        site.write(`import { defineSite, secret } from 'hexis'
import { user } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { box: { connection: 'chroot', root: '${root.path}', os: 'debian/12' } },
  configure() { ${body} },
})
`)
      configure(`user('worker', { password: secret.env('WORKER_HASH'), comment: 'ours' })`)
      process.env.WORKER_HASH = wanted
      const up = await site.hexis(['up', '--yes', '--diff', '--json'])
      expect(up.status, up.all).toBe(0)
      expect(readFileSync(join(root.path, 'etc/shadow'), 'utf8')).toContain(`worker:${wanted}:`)
      const kept = holding(state, earlier)
      expect(kept.length).toBeGreaterThan(0)
      for (const path of [...kept, ...holding(state, wanted)]) expect(lstatSync(path).mode & 0o077).toBe(0)
      const elsewhere = /^(?:etc\/shadow-?|before|var\/lib\/hexis\/.*)$/
      for (const hash of [earlier, wanted]) {
        // A root may have devices and mounts in it.
        const find = 'find . -xdev -type f -exec grep -lF -- "$0" {} +'
        const found = spawnSync('sh', ['-c', find, hash], { cwd: root.path, encoding: 'utf8' })
          .stdout.trim()
          .split('\n')
        expect(found.length).toBeGreaterThan(1)
        expect(found.map((path) => relative('.', path)).filter((path) => !elsewhere.test(path))).toEqual([])
      }
      expect(lstatSync(state).mode & 0o777).toBe(0o700)
      expect(up.all).not.toContain(earlier)
      expect(holding(site.folder, earlier)).toEqual([])
      const back = await site.hexis(['rollback', '--to', '0', '--yes'])
      expect(back.status, back.all).toBe(0)
      expect(readFileSync(join(root.path, 'etc/shadow'), 'utf8')).toBe(before)
      expect((await site.hexis(['log', 'box', '--show', 'user:worker'])).all).not.toContain(earlier)
    } finally {
      delete process.env.WORKER_HASH
      root.dispose()
      site.dispose()
    }
  },
)
