import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { download } from '../index.ts'
import { fetched } from './fetched.ts'

const content = Buffer.alloc(300_000, Uint8Array.from([0, 255, 10, 7]))
const sha256 = createHash('sha256').update(content).digest('hex')

describe('what is got from a server', () => {
  let server: Server
  let root: string
  let asked: string[] = []
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const get = (path: string, more: { sha256?: string; timeoutMs?: number } = {}) =>
    fetched({ root, url: path.startsWith('http') ? path : `${base()}${path}`, sha256, timeoutMs: 5000, ...more })
  const keptFiles = () => readdirSync(join(root, '.hexis/downloads'))
  const failure = (path: string, more = {}) =>
    get(path, more).then(
      () => expect.fail('it was got'),
      (error) => error.diagnostics[0],
    )

  const answers: RequestListener = (request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const redirect = (location: string) => response.writeHead(302, { location }).end()
    if (path === '/a') response.end(content)
    else if (path === '/moved') redirect('/a')
    else if (path === '/round') redirect('/round')
    else if (path === '/to-file') redirect('file:///etc/shadow')
    else if (path === '/to-none') response.writeHead(301).end()
    else if (path === '/slow') response.write(content.subarray(0, 1000))
    else if (path === '/cut') {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 1000), () => response.destroy())
    } else if (path !== '/silent') response.writeHead(404, 'Not Found').end('no')
  }

  beforeAll(() => {
    server = createServer(answers)
    return new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hexis-download-'))
    asked = []
    return () => rmSync(root, { recursive: true })
  })

  test('is kept by its checksum, asked for once by many hosts at a time, and never again', async () => {
    const blobs = await Promise.all(Array.from({ length: 20 }, () => get('/a')))
    expect(asked).toEqual(['/a'])
    expect(blobs[19]).toMatchObject({ name: sha256, sizeBytes: content.length })
    expect(keptFiles()).toEqual([sha256])
    expect(readFileSync(join(root, '.hexis/downloads', sha256)).equals(content)).toBe(true)
    // Nobody listens there.
    expect((await get('http://127.0.0.1:1/a')).name).toBe(sha256)
  })

  test('is got again where the kept copy is damaged', async () => {
    await get('/a')
    writeFileSync(join(root, '.hexis/downloads', sha256), 'half')
    expect((await get('/a')).sizeBytes).toBe(content.length)
    expect(asked).toHaveLength(2)
  })

  test('may have moved', async () => {
    expect((await get('/moved')).name).toBe(sha256)
    expect(asked).toEqual(['/moved', '/a'])
  })

  test.each([
    ['/none', /says 404 Not Found/],
    ['/round', /redirects more than 5 times/],
    ['/to-file', /redirects to file:\/\/\/etc\/shadow, which is no web address/],
    ['/to-none', /status 301 redirects nowhere/],
    ['/silent', /not a byte came for 0.3 s/],
    ['/slow', /not a byte came for 0.3 s/],
    ['/cut', /cannot be got: /],
    ['http://127.0.0.1:1/', /ECONNREFUSED|bad port/],
  ])('%s fails, says why, and leaves nothing', async (path, says) => {
    const found = await failure(path, { timeoutMs: 300 })
    expect(found).toMatchObject({ code: 'download-failed', summary: expect.stringMatching(says) })
    expect(found.hint).toBeTruthy()
    expect(keptFiles()).toEqual([])
  })

  test('is refused where it is another content, and both checksums are named', async () => {
    const other = 'f'.repeat(64)
    const found = await failure('/a', { sha256: other })
    expect(found.summary).toMatch(/content is another than declared/)
    expect(found.detail).toContain(sha256)
    expect(found.detail).toContain(other)
    expect(keptFiles()).toEqual([])
  })
})

const good = { url: 'https://example.org/x', sha256: 'A'.repeat(64) }

test('a download is a file with its checksum; nothing is asked for while steps are made', async () => {
  const { steps, diagnostics } = await lowered(() =>
    download('/opt//x', { ...good, mode: 'u=rwx,go=rx', owner: 'app', parents: true }),
  )
  expect(diagnostics).toEqual([])
  expect(steps).toEqual(['COPY /opt/x blob=0 mode=0755 owner=app parents=yes'])
})

test.each([
  [{ url: good.url }, /sha256 is missing/],
  [{ ...good, sha256: 'a'.repeat(63) }, /64 hexadecimal digits/],
  [{ ...good, sha256: 'g'.repeat(64) }, /64 hexadecimal digits/],
  [{ ...good, url: 'file:///etc/passwd' }, /goes by file\(\) or archive\(\) with source/],
  [{ ...good, url: 'ftp://example.org/x' }, /by http or https/],
  [{ ...good, url: '/x' }, /no URL/],
  [{ ...good, url: 'https://me:pw@example.org/x' }, /no user and password/],
  [{ ...good, timeout: 0 }, /timeout/],
  [{ ...good, mode: '99999' }, /octal digits/],
  [{ ...good, content: 'x' }, /unknown property 'content'/],
])('%j is refused', async (props, says) => {
  expect(await mistakes(() => download('/opt/x', props as typeof good))).toEqual([expect.stringMatching(says)])
})
