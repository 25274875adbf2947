import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

let site: ScratchSite
const box = (path: string): string => join(site.folder, 'box', path)
const blobs = (): readonly string[] => readdirSync(box('var/lib/hexis/blobs')).filter((name) => name !== 'inodes')

const declare = (content: string): void =>
  site.write(`import { defineSite, secret, text } from 'hexis'
import { file } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  configure() {
    file('/etc/app.conf', { content: ${content} })
  },
})
`)

const up = async (): Promise<void> => {
  const ran = await site.hexis(['up', '--yes'])
  expect(ran.status, ran.all).toBe(0)
}

beforeEach(() => {
  site = scratchSite()
  mkdirSync(box('etc'), { recursive: true })
})
afterEach(() => site.dispose())

test('a file that already was as declared comes back by a rollback', async () => {
  writeFileSync(box('etc/app.conf'), 'one\n')
  declare("'one\\n'")
  await up()
  declare("'two\\n'")
  await up()
  // By hand, then declared so: nobody ever sent that content.
  writeFileSync(box('etc/app.conf'), 'three\n')
  declare("'three\\n'")
  await up()
  declare("'four\\n'")
  await up()
  for (const [generation, content] of [
    ['1', 'one\n'],
    ['3', 'three\n'],
    ['2', 'two\n'],
    ['4', 'four\n'],
  ] as const) {
    const ran = await site.hexis(['rollback', '--to', generation, '--yes'])
    expect(ran.status, ran.all).toBe(0)
    expect(readFileSync(box('etc/app.conf'), 'utf8')).toBe(content)
  }
})

test('one that holds a secret, too', async () => {
  process.env.KEPT_SECRET = 'kept-and-never-shown'
  writeFileSync(box('etc/app.conf'), 'key=kept-and-never-shown\n')
  declare('text`key=$' + "{secret.env('KEPT_SECRET')}\\n`")
  await up()
  expect(blobs()).toHaveLength(1)
  declare("'two\\n'")
  await up()
  const ran = await site.hexis(['rollback', '--to', '1', '--yes'])
  expect(ran.status, ran.all).toBe(0)
  expect(readFileSync(box('etc/app.conf'), 'utf8')).toBe('key=kept-and-never-shown\n')
  delete process.env.KEPT_SECRET
})

test('what is adopted travels once', async () => {
  writeFileSync(box('etc/app.conf'), 'one\n')
  declare("'one\\n'")
  await up()
  const [name] = blobs()
  const again = await site.hexis(['up', '--yes', '--json'])
  expect(again.out).not.toContain('"event":"sending"')
  expect(blobs()).toEqual([name])
})

test('a content that is kept no more is said before anything is changed', async () => {
  declare("'one\\n'")
  await up()
  const [first = ''] = blobs()
  declare("'two\\n'")
  await up()
  rmSync(box(`var/lib/hexis/blobs/${first}`))
  const ran = await site.hexis(['rollback', '--to', '1', '--yes'])
  expect(ran.status).toBe(3)
  expect(ran.err).toContain('error[content-gone] the host keeps no more what this list wants of path:/etc/app.conf')
  expect(readFileSync(box('etc/app.conf'), 'utf8')).toBe('two\n')
})
