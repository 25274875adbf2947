import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { textBlob } from '../../src/blobs/make.ts'
import { DiagnosticError } from '../../src/diagnostics/diagnostic.ts'
import { openSession } from '../../src/host/open.ts'
import type { HostSession } from '../../src/host/session.ts'
import { makeStep } from '../../src/steps/parse.ts'
import { endless, hostileTransport, silence, type Tamper } from './hostile.ts'
import { applyOf, copyOp } from './requests.ts'

const mebibyte = 1024 * 1024
/** The widest limit of any answer, and a piece that was on its way. */
const mostBytes = 260 * mebibyte

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'))
  mkdirSync(join(folder, 'etc'))
  writeFileSync(join(folder, 'etc/motd'), 'hello\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (tamper: Tamper): Promise<HostSession> =>
  openSession(
    { name: 'web1', connection: 'directory', root: folder, os: 'debian/12' },
    { timeoutMs: 6000, idleMs: 800, transport: hostileTransport(tamper) },
  )

const blob = textBlob(Buffer.from('new\n'))

/** Everything that a run asks a host, in an order in which each has an answer. */
const questions: Readonly<Record<string, (session: HostSession) => Promise<unknown>>> = {
  hello: (s) => s.hello('shop'),
  observe: (s) =>
    s.observe({
      keys: [
        { key: 'path:/etc/motd', content: { limitBytes: 100 } },
        { key: 'path:/etc', entries: true },
      ],
      probes: [],
      blobs: [blob.name],
    }),
  foresee: (s) => s.foresee([{ number: 1, key: 'package:tool', step: makeStep({ verb: 'PACKAGE', target: 'tool' }) }]),
  apply: (s) => s.apply(applyOf([copyOp(1, '/etc/new', blob)], [blob]), () => {}),
  list: (s) => s.list('shop', 1),
  blobs: (s) => s.blobs([blob.name], 1000),
  run: (s) => s.run(['echo', 'hi'], { timeoutMs: 4000, onOutput: () => {} }),
  kept: (s) => s.kept('shop', 'path:/etc/new', 1000),
  fsck: (s) => s.fsck(),
  release: (s) => s.release('shop', ['path:/etc/new'], 'why'),
  recover: (s) => s.recover(() => {}),
  confirm: (s) => s.confirm('shop', 'keep'),
  forget: (s) => s.forget('shop'),
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Asks everything; what the question of that verb came to. */
const ask = async (verb: string, tamper: Tamper): Promise<unknown> => {
  let session: HostSession | undefined
  try {
    session = await open(tamper)
    for (const [name, question] of Object.entries(questions)) {
      const answer = question(session)
      if (name === verb) return await answer
      await answer.catch(() => {})
    }
    return undefined
  } catch (error) {
    return error
  } finally {
    await session?.close()
  }
}

/** A diagnostic that names the host, helps, and holds nothing that a terminal would obey. */
const expectRefusal = (error: unknown, codes: RegExp): void => {
  if (!(error instanceof DiagnosticError)) throw new Error(`no diagnostic but ${String(error)}`, { cause: error })
  for (const d of error.diagnostics) {
    expect(d.code).toMatch(codes)
    expect(d.host).toBe('web1')
    expect(d.hint ?? '').not.toBe('')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(`${d.summary}${d.detail ?? ''}`).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  }
}

const first =
  (verb: string, instead: (line: Buffer, nonce: string) => ReturnType<Tamper>): Tamper =>
  (line, place) =>
    place.verb === verb && place.line === 0 ? instead(line, place.nonce) : line

const broken = /^(?:garbage-from-host|too-much-output|timeout|connection-lost|transaction-failed)$/

/** A machine that is busy elsewhere may run out of time before the hostile answer comes. */
const onTime = { retry: 2 }

describe.each(Object.keys(questions))('a hostile answer to %s', (verb) => {
  test.each([
    ['bytes that mean nothing', bytes('\x00\xff\xfe\x80 what?\n')],
    ['invalid UTF-8 where text stands', bytes('fact\tos.name\t%FF\xff\xc3\x28\n')],
    ['a word it does not know', bytes('surprise\t1\t2\n')],
    ['commands for a terminal', bytes('\x1b]0;owned\x07\x1b[2Jnote\t\x1b[31mred\n')],
    ['the end of another question', bytes('=0000000000000000 0\n')],
    ['an end without a number', bytes('=x\n')],
    ['an error with a code nobody has', bytes('error\tbe-afraid\t%1B[2J\n')],
    ['an op that the plan has not', bytes('op 999999999 done ""\n')],
    ['a number below nothing', bytes('op -1 done ""\n')],
    ['a number that is none', bytes('op NaN done ""\n')],
    ['an end that nobody knows', bytes('end triumph 0 ""\n')],
  ])('%s', async (_, instead) => {
    expectRefusal(
      await ask(
        verb,
        first(verb, () => instead),
      ),
      broken,
    )
  })

  test('half a line, then silence', onTime, async () => {
    const started = Date.now()
    const tamper = first(verb, (line) => silence(line.subarray(0, Math.max(1, line.length >> 1))))
    expectRefusal(await ask(verb, tamper), /^timeout$/)
    expect(Date.now() - started).toBeLessThan(10_000)
  })

  test('a line without an end, and lines without an end', onTime, async () => {
    for (const piece of [Buffer.alloc(mebibyte, 'x'), Buffer.alloc(mebibyte, 'state\tpath\t/x\ttype=absent\n')]) {
      const given = { bytes: 0 }
      expectRefusal(
        await ask(
          verb,
          first(verb, () => endless(piece, given)),
        ),
        /^(?:too-much-output|garbage-from-host)$/,
      )
      expect(given.bytes).toBeLessThan(mostBytes)
    }
  })

  test('a success with nothing before it', async () => {
    const answer = await ask(
      verb,
      first(verb, (_, nonce) => bytes(`=${nonce} 0\n`)),
    )
    if (answer instanceof Error) expectRefusal(answer, broken)
  })
})

test('a login that never comes to a shell', async () => {
  const silent = await ask(
    'hello',
    first('greeting', () => silence(Buffer.alloc(0))),
  )
  expectRefusal(silent, /^unreachable$/)
  const given = { bytes: 0 }
  const loud = await ask(
    'hello',
    first('greeting', () => endless(Buffer.alloc(10_000, 'welcome\n'), given)),
  )
  expectRefusal(loud, /^too-much-output$/)
  expect(given.bytes).toBeLessThan(mebibyte)
})

describe('what a host says of itself', () => {
  const hello = (line: string) =>
    ask(
      'hello',
      first('hello', (true_) => Buffer.concat([bytes(line), true_])),
    )

  test.each([
    ['a fact that is not asked for', 'fact\tpassword\tx\n'],
    ['a fact with control characters', 'fact\tos.name\t%1B[2J\n'],
    ['a fact that is too long', `fact\tos.name\t${'x'.repeat(2000)}\n`],
    ['a number that is too long', `fact\tcpus\t${'9'.repeat(30)}\n`],
    ['a capability that there is not', 'can\tfly\n'],
    ['a ledger of a newer format', 'ledger\tledger/9 site=shop generation=1\n'],
    ['a ledger of another site', 'ledger\tledger/1 site=other generation=1\n'],
    ['a ledger line that is none', 'ledger\tledger/1 site=shop generation=1\nledger\tonly\tthree\tfields\n'],
    ['a generation that is none', 'generation\tgeneration/1 number=-4\n'],
    ['an interruption without a header', 'interrupted yes tx/1\n'],
  ])('%s is not believed', async (_, line) => {
    expectRefusal(await hello(line), /^(?:garbage-from-host|newer-format)$/)
  })
})

describe('what a host says that it saw', () => {
  const observed = (line: string) =>
    ask(
      'observe',
      first('observe', (true_) => Buffer.concat([bytes(line), true_])),
    )
  test.each([
    ['what was not asked', 'state\tpath\t/etc/shadow\ttype=absent\n'],
    ['the same thing twice', 'state\tpath\t/etc/motd\ttype=absent\n'],
    ['a state that is none', 'state\tpath\t/etc\tnot a state\n'],
    ['content that was not asked', 'content\t/etc/shadow\tAAAA\n'],
    ['content that is no base64', 'content\t/etc/motd\t!!!\n'],
    ['a blob that was not named', `missing\t${'0'.repeat(64)}\n`],
  ])('%s', async (_, line) => {
    expectRefusal(await observed(line), /^garbage-from-host$/)
  })
})

describe('what a host says that comes along', () => {
  const said = (line: string) =>
    ask(
      'foresee',
      first('foresee', (true_) => Buffer.concat([bytes(line), true_])),
    )
  test.each([
    ['nothing that happens', 'along\tturn\tlib\t-\t1\n'],
    ['no name', 'along\tinstall\t\t-\t1\n'],
    ['a name that a terminal would obey', 'along\tinstall\tlib\x1b[2J\t-\t1\n'],
    ['a name without an end', `along\tinstall\t${'x'.repeat(400)}\t-\t1\n`],
    ['another line', 'state\tpath\t/etc\ttype=absent\n'],
  ])('%s', async (_, line) => {
    expectRefusal(await said(line), /^garbage-from-host$/)
  })

  test('what comes, and nothing of what was named', async () => {
    const lines =
      'along\tinstall\ttool\t-\t1\nalong\tupgrade\tlib\t1\t2\nalong\tremove\told\t1\t-\nunknown\twhy%20not\n'
    expect(await said(lines)).toEqual({
      along: [
        { action: 'upgrade', name: 'lib', from: '1', to: '2' },
        { action: 'remove', name: 'old', from: '1' },
      ],
      unknown: ['why not'],
    })
  })
})

test('any true conversation with bytes changed, lost or doubled ends, and ends in words', async () => {
  const runs = Number(process.env.HEXIS_RUNS ?? 25)
  const change = fc.record({
    verb: fc.constantFrom('greeting', ...Object.keys(questions)),
    line: fc.nat(6),
    how: fc.constantFrom('flip', 'drop', 'double', 'cut', 'insert'),
    at: fc.nat(200),
    byte: fc.integer({ min: 0, max: 255 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const tamper: Tamper = (line, place) => {
        let out = Buffer.from(line)
        for (const one of changes.filter((c) => c.verb === place.verb && c.line === place.line)) {
          const at = out.length === 0 ? 0 : one.at % out.length
          if (one.how === 'flip' && out.length > 0) out[at] = one.byte
          else if (one.how === 'drop') out = Buffer.alloc(0)
          else if (one.how === 'double') out = Buffer.concat([out, out])
          else if (one.how === 'cut') out = out.subarray(0, at)
          else out = Buffer.concat([out.subarray(0, at), Buffer.from([one.byte]), out.subarray(at)])
        }
        return out
      }
      for (const verb of new Set(changes.map((one) => one.verb))) {
        const answer = await ask(verb === 'greeting' ? 'hello' : verb, tamper)
        if (answer instanceof Error && !(answer instanceof DiagnosticError)) throw answer
      }
      rmSync(join(folder, 'var'), { recursive: true, force: true })
      rmSync(join(folder, 'etc/new'), { force: true })
    }),
    { numRuns: runs },
  )
}, 120_000)
