import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { textBlob } from '../../src/blobs/make.ts'
import { DiagnosticError } from '../../src/diagnostics/diagnostic.ts'
import { openSession } from '../../src/host/open.ts'
import type { ApplyEvent, HostSession } from '../../src/host/session.ts'
import { makeStep } from '../../src/steps/parse.ts'
import { applyOf, binaryBlob, copyOp } from './requests.ts'
import { shellFolder, shells } from './shells.ts'

const folder = shellFolder()
afterAll(() => folder.dispose())

const codesOf = async (work: Promise<unknown>): Promise<readonly string[]> => {
  try {
    await work
    return []
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map((d) => d.code)
    throw error
  }
}

const ignore = (): void => {}

describe.each(shells)('a directory host under %s', (shell) => {
  let root: string
  let session: HostSession
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'hexis-host-'))
    mkdirSync(join(root, 'etc'))
    session = await openSession({ name: 'box', connection: 'directory', root, os: 'debian/12' }, folder.options(shell))
  })
  afterEach(async () => {
    await session.close()
    rmSync(root, { recursive: true, force: true })
  })
  const write = (name: string, content: string | Buffer): void => writeFileSync(join(root, name), content)

  it('says what it is, and holds nothing at first', async () => {
    write('etc/os-release', 'ID=alpine\nVERSION_ID="3.20.1"\nPRETTY_NAME="Alpine $(touch /x) `Linux`"\n')
    const hello = await session.hello('shop')
    expect(hello.facts.os).toEqual({ id: 'alpine', version: '3.20.1', prettyName: 'Alpine $(touch /x) `Linux`' })
    expect(hello.capabilities.has('paths')).toBe(true)
    expect(hello.capabilities.has('exec')).toBe(false)
    expect(hello.ledger).toEqual({ site: 'shop', generation: 0, entries: new Map() })
    expect(hello.interrupted).toBeUndefined()
  })

  it('observes states, contents, probes and missing blobs in one round trip', async () => {
    const content = Buffer.from([0, 1, 2, 255, 10, 10])
    write('etc/motd', content)
    write("etc/a b\n'c", 'odd')
    const present = textBlob(content)
    const seen = await session.observe({
      keys: [
        { key: 'path:/etc/motd', content: { limitBytes: 100 } },
        { key: "path:/etc/a b\n'c", content: { limitBytes: 100 } },
        { key: 'path:/etc/none', content: { limitBytes: 100 } },
        { key: 'path:/etc', entries: true },
      ],
      probes: [
        { id: 'p', argv: ['sh', '-c', 'echo "$A"; echo err >&2; exit 3'], timeoutMs: 5000, env: { A: "it's\n" } },
        { id: 'q', argv: ['cat'], stdin: 'ö\tx', timeoutMs: 5000, directory: '/' },
      ],
      blobs: [present.name],
    })
    expect(seen.states.get('path:/etc/motd')).toMatchObject({ type: 'file', content: present.name })
    expect(seen.states.get('path:/etc/none')).toEqual({ type: 'absent' })
    expect(Buffer.from(seen.contents.get('path:/etc/motd') ?? [])).toEqual(content)
    expect(Buffer.from(seen.contents.get("path:/etc/a b\n'c") ?? []).toString()).toBe('odd')
    expect(seen.contents.size).toBe(2)
    expect(seen.probes.get('p')).toEqual({ status: 3, stdout: "it's\n\n", stderr: 'err\n' })
    expect(seen.probes.get('q')).toEqual({ status: 0, stdout: 'ö\tx', stderr: '' })
    expect([...seen.missing]).toEqual([present.name])
  })

  it('sends no content that is known, too long, or behind a link', async () => {
    write('etc/known', 'known')
    write('etc/long', 'x'.repeat(101))
    symlinkSync('known', join(root, 'etc/link'))
    const limitBytes = 100
    const seen = await session.observe({
      keys: [
        { key: 'path:/etc/known', content: { limitBytes, unless: textBlob('known').name } },
        { key: 'path:/etc/long', content: { limitBytes } },
        { key: 'path:/etc/link', content: { limitBytes } },
      ],
      probes: [],
      blobs: [],
    })
    expect(seen.contents.size).toBe(0)
  })

  it('compares secret content on the host and never tells its digest', async () => {
    write('etc/secret', 'hunter2')
    const ask = (wanted: string) =>
      session.observe({
        keys: [
          { key: 'path:/etc/secret', sealed: { wanted: Buffer.from(wanted) } },
          { key: 'path:/etc/gone', sealed: { wanted: Buffer.from(wanted) } },
        ],
        probes: [],
        blobs: [],
      })
    expect((await ask('hunter2')).states.get('path:/etc/secret')?.content).toBe('sealed:equal')
    expect((await ask('hunter3')).states.get('path:/etc/secret')?.content).toBe('sealed:other')
    expect((await ask('hunter2')).states.get('path:/etc/gone')).toEqual({ type: 'absent' })
  })

  it('recognises secret content that an earlier generation brought', async () => {
    const name = `sealed:${'a'.repeat(64)}@0123`
    const secret = { ...textBlob('s3cret\n'), name }
    const result = await session.apply(applyOf([copyOp(1, '/etc/secret', secret)], [secret]), ignore)
    expect(result).toEqual({ outcome: 'committed', stays: [] })
    expect(statSync(join(root, 'var/lib/hexis/blobs', name)).mode & 0o777).toBe(0o600)
    const seen = await session.observe({
      keys: [{ key: 'path:/etc/secret', sealed: { wanted: Buffer.from('other'), last: name } }],
      probes: [],
      blobs: [name],
    })
    expect(seen.states.get('path:/etc/secret')?.content).toBe(name)
    expect(seen.missing.size).toBe(0)
  })

  it('carries out a transaction, records it, and forgets it without a trace', async () => {
    const blob = binaryBlob(200_000)
    const small = textBlob('small\n')
    const request = applyOf([copyOp(1, '/etc/big', blob), copyOp(2, '/etc/a b=c', small)], [blob, small])
    const events: ApplyEvent[] = []
    const result = await session.apply(request, (event) => events.push(event))
    expect(result).toEqual({ outcome: 'committed', stays: [] })
    expect(readFileSync(join(root, 'etc/a b=c'), 'utf8')).toBe('small\n')
    expect(textBlob(readFileSync(join(root, 'etc/big'))).name).toBe(blob.name)
    expect(events.filter((e) => e.event === 'op' && e.status === 'done')).toHaveLength(2)
    expect(events.at(0)?.event).toBe('sending')
    expect(statSync(join(root, 'var/lib/hexis')).mode & 0o777).toBe(0o700)

    const hello = await session.hello('shop')
    expect(hello.generations).toMatchObject([{ number: 1, who: 'ann@desk', commit: 'abc123', partial: false }])
    expect(hello.generations[0]?.at).toBeGreaterThan(Date.now() / 1000 - 100)
    const entry = hello.ledger.entries.get('path:/etc/a b=c')
    expect(entry).toMatchObject({ origin: { type: 'absent' }, source: 'site.ts:3:5', step: request.ops[1]?.step.text })
    expect([...(await session.hello('other')).foreign]).toEqual([
      ['path:/etc/big', 'shop'],
      ['path:/etc/a b=c', 'shop'],
    ])
    expect(await session.list('shop', 1)).toBe(request.list)
    expect(await codesOf(session.list('shop', 2))).toEqual(['no-such-generation'])
    const contents = await session.blobs([small.name, 'f'.repeat(64), blob.name], 1000)
    expect([...contents].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
      [small.name, 'small\n'],
    ])

    await session.release('shop', ['path:/etc/big'], 'it is theirs now')
    expect([...(await session.hello('shop')).ledger.entries.keys()]).toEqual(['path:/etc/a b=c'])
    await session.forget('shop')
    expect(existsSync(join(root, 'var'))).toBe(false)
    expect(readdirSync(root)).toEqual(['etc'])
  })

  it('undoes a transaction that fails and says why', async () => {
    const blob = textBlob('x')
    const ops = [copyOp(1, '/etc/new', blob), copyOp(2, '/none/file', blob)]
    const result = await session.apply(applyOf(ops, [blob]), ignore)
    expect(result.outcome).toBe('undone')
    expect(result.failed?.number).toBe(2)
    expect(result.failed?.message).not.toBe('')
    expect(existsSync(join(root, 'etc/new'))).toBe(false)
    expect((await session.hello('shop')).ledger.entries.size).toBe(0)
  })

  it('refuses content whose digest is another, and the session goes on', async () => {
    const blob = { ...textBlob('what came'), name: textBlob('what was promised').name }
    expect(await codesOf(session.apply(applyOf([copyOp(1, '/etc/x', blob)], [blob]), ignore))).toEqual([
      'content-damaged',
    ])
    expect(readdirSync(join(root, 'var/lib/hexis/journal'))).toEqual([])
    expect((await session.hello('shop')).interrupted).toBeUndefined()
  })

  it('runs a command, both streams line by line, and ends one that takes too long', async () => {
    const lines: string[] = []
    const run = (script: string, timeoutMs: number) =>
      session.run(['sh', '-c', script], { timeoutMs, onOutput: (stream, line) => lines.push(`${stream} ${line}`) })
    expect(await run('echo ü; echo e >&2; printf %05000d 1; exit 4', 5000)).toEqual({ status: 4, timedOut: false })
    expect(lines.toSorted()).toEqual(['stderr e', `stdout ${'1'.padStart(5000, '0')}`, 'stdout ü'])
    expect((await run('sleep 20', 1000)).timedOut).toBe(true)
    expect(await run('true', 5000)).toEqual({ status: 0, timedOut: false })
  })

  it('reports and recovers an interrupted transaction', async () => {
    const journal = join(root, 'var/lib/hexis/journal/tx-cut')
    mkdirSync(journal, { recursive: true })
    mkdirSync(join(root, 'var/lib/hexis/blobs/inodes'), { recursive: true })
    write(
      'var/lib/hexis/journal/tx-cut/tx',
      'tx/1 at=1700000000 id=tx-cut onfailure=rollback runtime=none site=shop who=ann@desk\n',
    )
    write('var/lib/hexis/journal/tx-cut/ops', '')
    write('var/lib/hexis/journal/tx-cut/log', 'begin 999999 1 none\n')
    const hello = await session.hello('shop')
    expect(hello.interrupted).toEqual({
      transaction: 'tx-cut',
      site: 'shop',
      who: 'ann@desk',
      startedAt: 1_700_000_000,
      alive: false,
    })
    expect(await codesOf(session.release('shop', [], 'x'))).toEqual(['not-held'])
    expect((await session.recover(ignore))?.outcome).toBe('undone')
    expect((await session.hello('shop')).interrupted).toBeUndefined()
    expect(await session.recover(ignore)).toBeUndefined()
  })

  it('refuses to look or write outside its root', async () => {
    symlinkSync('/etc', join(root, 'out'))
    const outside = session.observe({ keys: [{ key: 'path:/out/passwd' }], probes: [], blobs: [] })
    expect(await codesOf(outside)).toEqual(['cannot-observe'])
    symlinkSync('/tmp', join(root, 'var'))
    expect(await codesOf(session.hello('shop'))).toEqual(['root-left'])
  })
})

describe('a directory host', () => {
  it('whose folder is missing says so', async () => {
    const session = await openSession(
      { name: 'box', connection: 'directory', root: '/nonexistent/root' },
      { timeoutMs: 5000 },
    )
    expect(await codesOf(session.hello('shop'))).toEqual(['root-missing'])
    await session.close()
  })

  it('refuses a state directory of a newer format', async () => {
    const root = mkdtempSync(join(tmpdir(), 'hexis-host-'))
    mkdirSync(join(root, 'var/lib/hexis'), { recursive: true })
    writeFileSync(join(root, 'var/lib/hexis/format'), 'state/2 x\n')
    const session = await openSession({ name: 'box', connection: 'directory', root }, { timeoutMs: 5000 })
    expect(await codesOf(session.hello('shop'))).toEqual(['newer-format'])
    await session.close()
    rmSync(root, { recursive: true })
  })

  it('removes and changes what the plan names, with links and folders', async () => {
    const root = mkdtempSync(join(tmpdir(), 'hexis-host-'))
    writeFileSync(join(root, 'old'), 'old')
    const session = await openSession({ name: 'box', connection: 'directory', root }, { timeoutMs: 5000 })
    const result = await session.apply(
      applyOf(
        [
          { number: 1, key: 'path:/d', step: makeStep({ verb: 'DIR', target: '/d', args: { mode: '0750' } }) },
          { number: 2, key: 'path:/d/l', step: makeStep({ verb: 'LINK', target: '/d/l', args: { target: '../x' } }) },
          { number: 3, key: 'path:/old', step: makeStep({ verb: 'RM', target: '/old' }) },
        ],
        [],
      ),
      ignore,
    )
    expect(result.outcome).toBe('committed')
    expect(statSync(join(root, 'd')).mode & 0o777).toBe(0o750)
    expect(existsSync(join(root, 'old'))).toBe(false)
    await session.close()
    rmSync(root, { recursive: true })
  })
})
