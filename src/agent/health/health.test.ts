import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkHealth, checksOf } from './health.ts'

const source = { file: 'site.ts', line: 1, column: 1 }
const resource = (id: string, props: Record<string, string | number | string[]>) => ({
  type: 'health',
  id,
  props,
  source,
})
const look = async (
  props: Record<string, string | number | string[]>,
  grace = false,
  signal = new AbortController().signal,
) => {
  const document = { format: 'document/1' as const, site: 's', host: 'h', resources: [resource('x', props)] }
  const [result] = await checkHealth(
    checksOf(document, (name) => `${name}.service`),
    grace,
    signal,
  )
  return result
}
const portOf = (server: { address(): unknown }): number => Number(Object(server.address()).port)

test('only checks are taken from a document; a service has the name of its unit', () => {
  const file = { type: 'file', id: '/a', props: {}, source }
  const resources = [file, resource('app', { unit: 'app' }), resource('up', { tcp: 'a:1', grace: '2m', timeout: '1s' })]
  const checks = checksOf({ format: 'document/1', site: 's', host: 'h', resources }, (name) => `${name}.service`)
  expect(checks).toEqual([
    { name: 'app', graceMs: 30_000, timeoutMs: 10_000, props: { unit: 'app.service' } },
    { name: 'up', graceMs: 120_000, timeoutMs: 1000, props: { tcp: 'a:1', grace: '2m', timeout: '1s' } },
  ])
})

test('a port that takes connections is well, one that takes none is not', async () => {
  const server = createTcp((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const tcp = `127.0.0.1:${portOf(server)}`
  expect(await look({ tcp })).toMatchObject({ name: 'x', ok: true })
  await new Promise((resolve) => server.close(resolve))
  expect(await look({ tcp })).toMatchObject({ ok: false, because: expect.stringContaining('ECONNREFUSED') })
})

test('a page answers with the status that is wanted, or with any good one', async () => {
  const server = createHttp((request, response) => {
    if (request.url === '/slow') return
    response.writeHead(request.url === '/moved' ? 302 : request.url === '/' ? 200 : 503).end('x'.repeat(100_000))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const http = `http://127.0.0.1:${portOf(server)}`
  expect(await look({ http: `${http}/` })).toMatchObject({ ok: true })
  expect(await look({ http: `${http}/moved` })).toMatchObject({ ok: true })
  expect(await look({ http: `${http}/ill`, status: 503 })).toMatchObject({ ok: true })
  expect(await look({ http: `${http}/ill` })).toMatchObject({
    ok: false,
    because: expect.stringContaining('status 503'),
  })
  expect(await look({ http: `${http}/`, status: 204 })).toMatchObject({ ok: false })
  expect(await look({ http: `${http}/slow`, timeout: '200ms' })).toMatchObject({ ok: false })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(await look({ http })).toMatchObject({ ok: false, because: expect.stringContaining('does not answer') })
})

test('a command is well with status 0, and is ended in time', async () => {
  expect(await look({ command: 'exit 0' })).toMatchObject({ ok: true })
  expect(await look({ command: ['sh', '-c', 'echo no queue >&2; exit 4'] })).toMatchObject({
    ok: false,
    because: 'the command ended with status 4: no queue',
  })
  expect(await look({ command: 'sleep 60', timeout: '300ms' })).toMatchObject({
    ok: false,
    because: expect.stringContaining('did not end within 0.3 s'),
  })
  expect(await look({ command: ['/nonexistent/program'] })).toMatchObject({ ok: false })
})

test('with grace it is asked until it is well; without, once; told to end, no longer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-health-'))
  const file = join(folder, 'ready')
  expect(await look({ file })).toMatchObject({ ok: false, because: `${file} is not there` })
  const waiting = look({ file, grace: '20s' }, true)
  setTimeout(() => writeFileSync(file, ''), 300)
  expect(await waiting).toMatchObject({ ok: true })
  const began = Date.now()
  const aborted = AbortSignal.abort()
  expect(await look({ file: join(folder, 'never'), grace: '20s' }, true, aborted)).toMatchObject({ ok: false })
  expect(Date.now() - began).toBeLessThan(10_000)
  rmSync(folder, { recursive: true })
})
