import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

let site: ScratchSite
beforeEach(() => {
  site = scratchSite()
  mkdirSync(join(site.folder, 'box/etc'), { recursive: true })
})
afterEach(() => site.dispose())

const box = (path: string): string => join(site.folder, 'box', path)
const state = (path: string): string => box(join('var/lib/hexis', path))
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
const up = async (): Promise<Ran> => {
  const ran = await site.hexis(['up', '--yes'])
  expect(ran.status, ran.all).toBe(0)
  return ran
}
const generations = (): readonly string[] => readdirSync(state('sites/shop/generations')).toSorted()
const blobs = (): readonly string[] => readdirSync(state('blobs')).filter((name) => name !== 'inodes')

/** As if everything that is kept had been there for days. */
const age = (days: number): void => {
  const then = Date.now() / 1000 - days * 86_400
  for (const name of blobs()) utimesSync(state(`blobs/${name}`), then, then)
  utimesSync(state('retained'), then, then)
}

describe('retention', () => {
  test('by number: older generations go, with the contents that only they name', async () => {
    for (let n = 1; n <= 5; n++) {
      configure(`file('/etc/motd', { content: 'version ${n}\\n' })`, 'retention: { generations: 3 },')
      await up()
    }
    expect(generations()).toEqual(['3.meta', '3.steps', '4.meta', '4.steps', '5.meta', '5.steps'])
    // Young contents may be on their way to a transaction.
    expect(blobs()).toHaveLength(5)
    age(2)
    configure(`file('/etc/motd', { content: 'version 6\\n' })`, 'retention: { generations: 3 },')
    await up()
    expect(generations().filter((name) => name.endsWith('.steps'))).toEqual(['4.steps', '5.steps', '6.steps'])
    expect(blobs()).toHaveLength(3)
    expect((await site.hexis(['log', 'box'])).out).not.toMatch(/^3 /m)
    const gone = await site.hexis(['rollback', '--to', '3', '--yes'])
    expect(gone.status).not.toBe(0)
    expect(gone.err).toMatch(/error\[unknown-generation\].*\n.*There are: 0 \(before Hexis\), 4, 5, 6/s)
    const back = await site.hexis(['rollback', '--to', '4', '--yes'])
    expect(back.status, back.all).toBe(0)
    expect(readFileSync(box('etc/motd'), 'utf8')).toBe('version 4\n')
    const none = await site.hexis(['rollback', '--to', '0', '--yes'])
    expect(none.status, none.all).toBe(0)
    expect(readdirSync(box('etc'))).toEqual([])
  })

  test('by age: but the one in force and the one before it stay', async () => {
    for (let n = 1; n <= 3; n++) {
      configure(`file('/etc/motd', { content: 'version ${n}\\n' })`, 'retention: { days: 30 },')
      await up()
    }
    for (const n of [1, 2, 3]) {
      const meta = state(`sites/shop/generations/${n}.meta`)
      writeFileSync(
        meta,
        readFileSync(meta, 'utf8').replace(/ at=\d+/, ` at=${Math.floor(Date.now() / 1000) - 40 * 86_400}`),
      )
    }
    configure(`file('/etc/motd', { content: 'version 4\\n' })`, 'retention: { days: 30 },')
    await up()
    expect(generations().filter((name) => name.endsWith('.meta'))).toEqual(['3.meta', '4.meta'])
  })

  test('by size: an earlier file that had to go makes the way back best-effort, and the plan says so', async () => {
    writeFileSync(box('etc/big'), 'earlier '.repeat(20_000), { mode: 0o600 })
    writeFileSync(box('etc/small'), 'earlier\n', { mode: 0o640 })
    const both = "file('/etc/big', { content: 'ours' }); file('/etc/small', { content: 'ours', mode: '0600' })"
    configure(both, "retention: { size: '64KiB' },")
    await up()
    expect(readdirSync(state('blobs/inodes'))).toHaveLength(2)
    // The transaction that keeps it may still need it; the next one finds that it is too much.
    configure(`${both}; file('/etc/other', { content: 'x' })`, "retention: { size: '64KiB' },")
    await up()
    expect(readdirSync(state('blobs/inodes')).length).toBeLessThan(2)
    configure("file('/etc/other', { content: 'x' })", "retention: { size: '64KiB' },")
    const plan = await site.hexis(['plan'])
    expect(plan.out).toMatch(
      /· path:\/etc\/big {2}released.*\n +its earlier content is kept no more: retention has removed it/,
    )
    expect((await site.hexis(['log', 'box'])).out).toContain('kept no more: what was before Hexis of path:/etc/big\n')
    await up()
    expect(readFileSync(box('etc/big'), 'utf8')).toBe('ours')
  })

  test.each([
    ['retention: { generations: 1 },', /site\.ts:6:\d+ .*generations/],
    ["retention: { size: 'much' },", /site\.ts:6:\d+ .*size such as 512MiB/s],
    ['retention: { weeks: 3 },', /site\.ts:6:\d+ unknown property 'weeks'/],
  ])('%s is refused', async (retention, said) => {
    configure('', retention)
    const ran = await site.hexis(['check'])
    expect(ran.status).toBe(1)
    expect(ran.err).toMatch(said)
  })
})
