import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex')

let site: ScratchSite
let server: Server
let asked: string[]
const files = new Map<string, string | Buffer>()

const address = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
const box = (path: string): string => join(site.folder, 'box', path)
const configure = (body: string): void =>
  site.write(`import { defineSite } from 'hexis'
import { archive, download } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  configure() {
    ${body}
  },
})
`)
const up = async (...args: readonly string[]): Promise<Ran> => {
  const ran = await site.hexis(['up', '--yes', '--allow-removals', ...args])
  expect(ran.status, ran.all).toBe(0)
  return ran
}
const changes = async (): Promise<number> => {
  const ran = await up('--json')
  return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.box.changes
}

beforeEach(() => {
  site = scratchSite()
  mkdirSync(box('opt'), { recursive: true })
  asked = []
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const found = files.get(request.url ?? '')
    if (found === undefined) response.writeHead(404)
    response.end(found)
  })
  return new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  files.clear()
  site.dispose()
})

test('a download arrives, is asked for once, needs no server later, and the earlier file comes back', async () => {
  const tool = Buffer.alloc(500_000, Uint8Array.from([7, 0, 200]))
  files.set('/tool', tool)
  files.set('/notes', 'one\ntwo\n')
  writeFileSync(box('opt/tool'), 'mine', { mode: 0o640 })
  writeFileSync(box('opt/notes'), 'one\n')
  configure(`download('/opt/tool', { url: '${address('/tool')}', sha256: '${sha256(tool)}', mode: '0755' })
    download('/opt/notes', { url: '${address('/notes')}', sha256: '${sha256('one\ntwo\n')}' })`)
  for (const verb of ['check', 'document box', 'steps box']) {
    const ran = await site.hexis(verb.split(' '))
    expect(ran.status, ran.all).toBe(0)
  }
  expect(asked).toEqual([])
  const plan = await site.hexis(['plan'])
  expect(plan.out).toContain('+two')
  expect(await changes()).toBe(2)
  expect(asked.toSorted()).toEqual(['/notes', '/tool'])
  expect(readFileSync(box('opt/tool')).equals(tool)).toBe(true)
  expect(statSync(box('opt/tool')).mode & 0o777).toBe(0o755)

  server.closeAllConnections()
  server.close()
  rmSync(join(site.folder, '.hexis/downloads'), { recursive: true })
  expect(await changes()).toBe(0)
  configure('')
  expect(await changes()).toBe(2)
  expect(readFileSync(box('opt/tool'), 'utf8')).toBe('mine')
  expect(statSync(box('opt/tool')).mode & 0o777).toBe(0o640)
  expect(readFileSync(box('opt/notes'), 'utf8')).toBe('one\n')
}, 120_000)

test('what is another content, or not there, is an error of the plan with its line; nothing is changed', async () => {
  files.set('/tool', 'another')
  configure(`download('/opt/tool', { url: '${address('/tool')}', sha256: '${sha256('this')}' })`)
  const other = await site.hexis(['up', '--yes'])
  expect(other.status).not.toBe(0)
  expect(other.all).toContain('error[download-failed]')
  expect(other.all).toContain('its content is another than declared')
  expect(other.all).toMatch(/site\.ts:7:\d+/)
  files.delete('/tool')
  const none = await site.hexis(['plan'])
  expect(none.all).toContain('the server says 404 Not Found')
  expect(existsSync(box('opt/tool'))).toBe(false)
  expect(readdirSync(join(site.folder, '.hexis/downloads'))).toEqual([])
}, 120_000)

test('a saved plan holds what was downloaded', async () => {
  files.set('/tool', 'this')
  configure(`download('/opt/tool', { url: '${address('/tool')}', sha256: '${sha256('this')}' })`)
  expect((await site.hexis(['plan', '--out', 'p.tar'])).status).toBe(0)
  files.clear()
  rmSync(join(site.folder, '.hexis/downloads'), { recursive: true })
  const ran = await site.hexis(['up', 'p.tar', '--yes'])
  expect(ran.status, ran.all).toBe(0)
  expect(readFileSync(box('opt/tool'), 'utf8')).toBe('this')
}, 120_000)

test('an archive is unpacked, its next version takes the place of all of it, and it goes without a trace', async () => {
  const packed = (version: string, names: readonly string[]): Buffer => {
    const folder = join(site.folder, `app-${version}`)
    for (const name of names) {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), `${name} ${version}\n`, { mode: name === 'bin/run' ? 0o755 : 0o644 })
    }
    execFileSync('tar', ['-czf', 'a.tgz', `app-${version}`], { cwd: site.folder })
    return readFileSync(join(site.folder, 'a.tgz'))
  }
  const first = packed('1', ['bin/run', 'old/x', 'conf'])
  files.set('/app-1.tgz', first)
  configure(`archive('/opt/app', { url: '${address('/app-1.tgz')}', sha256: '${sha256(first)}', strip: 1 })`)
  const all = (): readonly string[] => (readdirSync(box('opt'), { recursive: true }) as string[]).toSorted()
  await up()
  expect(all()).toEqual(['app', 'app/bin', 'app/bin/run', 'app/conf', 'app/old', 'app/old/x'])
  expect(statSync(box('opt/app/bin/run')).mode & 0o777).toBe(0o755)
  files.clear()
  expect(await changes()).toBe(0)

  writeFileSync(box('opt/app/mine'), 'kept')
  packed('2', ['bin/run', 'new/y', 'conf'])
  configure("archive('/opt/app', { source: './a.tgz', strip: 1 })")
  await up()
  expect(all()).toEqual(['app', 'app/bin', 'app/bin/run', 'app/conf', 'app/mine', 'app/new', 'app/new/y'])
  expect(readFileSync(box('opt/app/conf'), 'utf8')).toBe('conf 2\n')
  rmSync(box('opt/app/mine'))
  configure('')
  await up()
  expect(all()).toEqual([])
}, 120_000)
