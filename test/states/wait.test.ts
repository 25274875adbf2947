import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OpLine, Sandbox, shells } from '../../src/host/runtime/sandbox.ts'

const source = `${readFileSync(join(import.meta.dirname, '../../src/states/wait/wait.sh'), 'utf8')}
hx_observe_unit() {
  while IFS= read -r hx_stand_in; do
    if [ "$hx_stand_in" = up.service ]; then hx_say "$hx_stand_in\${HX_TAB}active=yes enabled=no"; else
      hx_say "$hx_stand_in\${HX_TAB}active=no enabled=yes"
    fi
  done
}`

/** A server of a thread of its own: the sandbox holds this one while a shell runs. */
const serve = `
const { createServer } = require('node:http')
const { parentPort } = require('node:worker_threads')
const server = createServer((request, response) => {
  response.writeHead(Number(request.url.slice(1)) || 200).end('x')
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

const step = (args: string): OpLine => ({ kind: 'wait', verb: 'WAIT', id: 'w', args })

describe.each(shells)('waits by %s', (shell) => {
  // The one busybox of Debian that needs no library crashes where it looks names up, also of addresses.
  const canAsk = shell !== 'busybox only'
  let box: Sandbox
  let worker: Worker
  let port: number
  let closed: number

  beforeAll(async () => {
    worker = new Worker(serve, { eval: true })
    port = await new Promise((resolve) => worker.once('message', resolve))
    const other: Server = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    closed = (other.address() as AddressInfo).port
    await new Promise((resolve) => other.close(resolve))
  })
  afterAll(() => worker.terminate())
  beforeEach(() => {
    box = new Sandbox(shell, undefined, source)
    for (const name of ['tcp', 'tcp6']) {
      mkdirSync(box.path('proc/net'), { recursive: true })
      symlinkSync(`/proc/net/${name}`, box.path(`proc/net/${name}`))
    }
  })
  afterEach(() => box.dispose())
  const end = (args: string) => box.run('t1', [step(args)]).at(-1)

  it('end at once where it is so', () => {
    writeFileSync(box.path('here'), '')
    const url = `http://127.0.0.1:${port}`
    const start = Date.now()
    const own = [`port=${port}`, 'file=/here', 'unit=up.service']
    const asked = [`host=127.0.0.1 port=${port}`, `http=${url}/200`, `http=${url}/503 status=503`]
    expect(box.run('t1', [...own, ...(canAsk ? asked : [])].map(step)).at(-1)).toBe('end committed 0 ""')
    expect(Date.now() - start).toBeLessThan(20_000)
  })

  it.each([
    ['port=CLOSED', 'nothing listened there'],
    ['host=127.0.0.1 port=CLOSED', '127.0.0.1 did not answer there'],
    ['file=/none', 'it was not there'],
    ['http=http://127.0.0.1:OPEN/503', 'the answer was 503'],
    ['http=http://127.0.0.1:OPEN/200 status=204', 'the answer was 200'],
    ['http=http://127.0.0.1:CLOSED/', 'nobody answered'],
    ['unit=down.service', 'it was'],
  ])('%s: fail after their time, with what was seen last', (args, seen) => {
    if (!canAsk && args.includes('OPEN')) return
    const real = args.replace('CLOSED', String(closed)).replace('OPEN', String(port))
    expect(end(`${real} timeout=1`)).toContain(`and in the end ${seen}`.replaceAll(' ', '%20'))
  })

  it('end when it comes to be so', async () => {
    const later = new Worker(
      `setTimeout(() => require('node:fs').writeFileSync(${JSON.stringify(box.path('late'))}, ''), 1500)`,
      { eval: true },
    )
    expect(end('file=/late timeout=20')).toBe('end committed 0 ""')
    await later.terminate()
  })

  it('leave nothing behind where they fail', () => {
    const before = box.snapshot()
    const ops = [step(`port=${port}`), { ...step('file=/none timeout=1'), id: 'v' }]
    expect(box.run('t1', ops).at(-1)).toMatch(/^end undone 2 /)
    expect(box.snapshot()).toEqual(before)
  })
})
