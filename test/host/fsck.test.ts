import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')
let site: ScratchSite
const state = (path = ''): string => join(site.folder, 'box/var/lib/hexis', path)
const configure = (content: string): void =>
  site.write(`import { defineSite } from 'hexis'
import { directory, file, line } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  configure() {
    directory('/srv', {})
    file('/etc/motd', { content: '${content}' })
    file('/srv/made', { content: '${content}' })
    line('/etc/hosts', { id: 'x', line: '10.0.0.1 x ${content}' })
  },
})
`)

/** Every file of the state directory but locks, which hold nothing that is relied on. */
const files = (folder = state()): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return files(path)
    return /^(?:lock|lock\.holder|retained)$/.test(entry.name) ? [] : [relative(state(), path)]
  })

beforeAll(async () => {
  site = scratchSite()
  mkdirSync(join(site.folder, 'box/etc'), { recursive: true })
  writeFileSync(join(site.folder, 'box/etc/motd'), 'earlier\n')
  writeFileSync(join(site.folder, 'box/etc/hosts'), '127.0.0.1 localhost\n')
  for (const content of ['first', 'second']) {
    configure(content)
    const ran = await site.hexis(['up', '--yes'])
    expect(ran.status, ran.all).toBe(0)
  }
})
afterAll(() => site?.dispose())

describe('fsck', () => {
  test('all is well', async () => {
    const ran = await site.hexis(['fsck'])
    expect(ran.status, ran.all).toBe(0)
    expect(ran.err).not.toMatch(/error|warning/)
    expect(ran.out).toContain('Done: 1 converged')
  })

  test('every file of the state, with one bit turned, cut short, or gone, is named, and no other', async () => {
    const all = files()
    for (const kind of [/^sites\/shop\/ledger$/, /^sites\/shop\/generations\/1\.steps$/, /^journal\/[^/]+\/tx$/])
      expect(all.some((file) => kind.test(file))).toBe(true)
    for (const kind of [/^blobs\/[0-9a-f]{64}$/, /^blobs\/inodes\/.+/, /^runtime\/.+\.sh$/])
      expect(all.some((file) => kind.test(file))).toBe(true)
    for (const file of all) {
      const path = state(file)
      const whole = readFileSync(path)
      const mode = statSync(path).mode
      const turned = Buffer.from(whole)
      turned[turned.length >> 1] = (turned[turned.length >> 1] ?? 0) ^ 1
      const ways: readonly (readonly [string, () => void])[] = [
        ['turned', () => writeFileSync(path, turned)],
        ['cut', () => writeFileSync(path, whole.subarray(0, Math.max(0, whole.length - 2)))],
      ]
      for (const [way, harm] of whole.length === 0 ? [] : ways) {
        harm()
        const ran = await site.hexis(['fsck', '--json'])
        const end = JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')
        const told: readonly { code: string; summary: string; hint: string }[] = end.hosts.box.diagnostics ?? []
        const context = `${file} ${way}: ${JSON.stringify(told)}`
        expect(ran.status, context).toBe(file === 'format' ? ran.status : 3)
        if (file !== 'format')
          expect(
            told.map((d) => d.summary.split(': ')[0]),
            context,
          ).toEqual([file])
        for (const d of told) expect(d.hint).not.toBe('')
        writeFileSync(path, whole)
        chmodSync(path, mode & 0o7777)
      }
    }
    expect((await site.hexis(['fsck'])).status).toBe(0)
  }, 240_000)

  test('a file that is gone, one that nobody knows, and a folder that others may enter', async () => {
    const steps = readFileSync(state('sites/shop/generations/1.steps'))
    rmSync(state('sites/shop/generations/1.steps'))
    writeFileSync(state('stray'), 'x')
    chmodSync(state(), 0o755)
    const ran = await site.hexis(['fsck'])
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('error[state-damaged] sites/shop/generations/1.steps: it is missing')
    expect(ran.err).toContain('warning[state-odd] stray: Hexis knows no such file')
    expect(ran.err).toContain('error[state-damaged] the state directory: others may enter it')
    chmodSync(state(), 0o700)
    rmSync(state('stray'))
    writeFileSync(state('sites/shop/generations/1.steps'), steps, { mode: 0o600 })
    expect((await site.hexis(['fsck'])).status).toBe(0)
  })

  test('a content that a list names, and a file that others may read', async () => {
    const lists = files().filter((file) => file.endsWith('.steps'))
    const text = lists.map((file) => readFileSync(state(file), 'utf8')).join('')
    const named = files().filter((file) => /^blobs\/[0-9a-f]{64}$/.test(file) && text.includes(file.slice(6)))
    for (const file of named) {
      const whole = readFileSync(state(file))
      rmSync(state(file))
      const ran = await site.hexis(['fsck'])
      expect(ran.status).toBe(3)
      expect(ran.err).toContain(`error[state-damaged] ${file}: it is missing: shop/generations/`)
      writeFileSync(state(file), whole, { mode: 0o600 })
    }
    expect(named.length).toBeGreaterThan(1)
    for (const file of ['sites/shop/ledger', named[0] ?? '', 'runtime']) {
      const { mode } = statSync(state(file))
      chmodSync(state(file), mode | 0o004)
      const ran = await site.hexis(['fsck'])
      expect(ran.status).toBe(3)
      expect(ran.err).toContain(`error[state-damaged] ${file}: others may`)
      chmodSync(state(file), mode & 0o777)
    }
    expect((await site.hexis(['fsck'])).status).toBe(0)
  })

  test('nothing is rolled back to from a damaged list', async () => {
    const path = state('sites/shop/generations/1.steps')
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.replace('/srv/made', '/srv/mad3'))
    const ran = await site.hexis(['rollback', '--to', '1', '--yes'])
    expect(ran.status).toBe(3)
    expect(ran.err).toContain('error[generation-damaged]')
    writeFileSync(path, whole)
  })

  test('nothing is planned from a damaged ledger', async () => {
    const path = state('sites/shop/ledger')
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.replace('path:/srv/made', 'path:/srv/mad3'))
    for (const argv of [['plan'], ['up', '--yes'], ['drift'], ['rollback', '--to', '1', '--yes']]) {
      const ran = await site.hexis(argv)
      expect(ran.status, ran.all).toBe(3)
      expect(ran.err).toContain('error[ledger-damaged]')
      expect(ran.err).toContain('hint: hexis fsck names what is damaged')
    }
    const sums = readFileSync(state('sites/shop/sums'))
    for (const left of [Buffer.alloc(0), undefined]) {
      if (left === undefined) rmSync(state('sites/shop/sums'))
      else writeFileSync(state('sites/shop/sums'), left)
      const ran = await site.hexis(['plan'])
      expect(ran.status).toBe(3)
      expect(ran.err).toContain('error[ledger-damaged]')
      expect((await site.hexis(['fsck'])).err).toContain('error[state-damaged] sites/shop/sums: it is missing')
    }
    writeFileSync(state('sites/shop/sums'), sums, { mode: 0o600 })
    writeFileSync(path, whole)
    expect((await site.hexis(['plan'])).status).toBe(0)
    expect((await site.hexis(['release', 'box', 'path:/srv/made', '--why', 'test'])).status).toBe(0)
    expect((await site.hexis(['fsck'])).status).toBe(0)
  })

  test('sums that cannot be written are none, and the ledger is read all the same', async () => {
    mkdirSync(state('sites/shop/sums.new'))
    configure('third')
    const up = await site.hexis(['up', '--yes'])
    expect(up.status, up.all).toBe(0)
    rmSync(state('sites/shop/sums.new'), { recursive: true })
    expect((await site.hexis(['plan'])).status).toBe(0)
    const ran = await site.hexis(['fsck'])
    expect(ran.status, ran.all).toBe(0)
    expect(ran.err).toContain('warning[state-odd] sites/shop/sums: it is missing')
    configure('fourth')
    expect((await site.hexis(['up', '--yes'])).status).toBe(0)
    expect((await site.hexis(['fsck'])).err).not.toMatch(/error|warning/)
  })

  test('a release whose tools are killed leaves a ledger that is read', async () => {
    for (const when of [1, 2, 3, 4, 5, 6]) {
      const killed = spawnSync('strace', [
        ...['-f', '-qq', '-o', '/dev/null', '-e', `inject=rename,renameat,renameat2:signal=KILL:when=${when}`],
        ...[process.execPath, main, '-C', site.folder, 'release', 'box', 'path:/etc/motd', '--why', 'test'],
      ])
      expect(killed.error).toBeUndefined()
      const ran = await site.hexis(['plan'])
      expect(ran.status, ran.all).toBe(0)
      expect((await site.hexis(['fsck'])).err).not.toMatch(/error/)
    }
  })
})
