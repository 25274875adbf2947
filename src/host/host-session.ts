import { randomBytes } from 'node:crypto'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { bytesOf, decode, encode, textOf } from '../steps/encoding.ts'
import { parseArgs } from '../steps/parse.ts'
import type { Key } from '../steps/step.ts'
import { type AnswerLimits, type Fields, garbage, type Link, readAnswer, unarmour } from './answer.ts'
import { assertRequest, payloadOf, transactionAnswer, transactionFiles } from './apply.ts'
import { answerFailure } from './failures.ts'
import { foreseeAnswer, foreseeRequest } from './foresee.ts'
import { helloAnswer } from './hello.ts'
import { commandLine, observeAnswer, observeLimitBytes, observeRequest } from './observe.ts'
import { BrokenAnswer } from './reader.ts'
import type { RuntimeText } from './runtime-text.ts'
import type { ApplyEvent, ApplyRequest, ApplyResult, Finding, HostSession, KeptState, Verdict } from './session.ts'

const mebibyte = 1024 * 1024
/** Facts, a ledger of a hundred thousand keys, a thousand generations. */
const helloLimits: AnswerLimits = { limitBytes: 64 * mebibyte, idleMs: 60_000 }
/** A simulation of hundreds of packages on a slow host. */
const foreseeLimits: AnswerLimits = { limitBytes: 4 * mebibyte, idleMs: 300_000 }
const smallLimits: AnswerLimits = { limitBytes: mebibyte, idleMs: 60_000 }
const listLimits: AnswerLimits = { limitBytes: 256 * mebibyte, idleMs: 60_000 }
/** A step may work for hours without a word (a package, a long command); a dead link is found by keep-alives. */
const applyLimits: AnswerLimits = { limitBytes: 256 * mebibyte, idleMs: 24 * 3600 * 1000 }
const runLimitBytes = 256 * mebibyte

export interface Connected extends Link {
  readonly runtime: RuntimeText
  /** `debian/12` where the host's root does not say it. */
  readonly os?: string
}

type Each = (fields: Fields, line: Buffer) => void

/** Sends a request and reads its answer. */
const ask = async (
  link: Connected,
  words: readonly (string | number)[],
  payload: Uint8Array,
  limits: AnswerLimits,
  each: Each,
): Promise<void> => {
  const nonce = randomBytes(8).toString('hex')
  const [verb = '', ...rest] = words
  await send(link, String(verb), nonce, rest, payload)
  await readAnswer(link, { doing: String(verb), nonce, limits }, each)
}

const send = async (
  link: Connected,
  verb: string,
  nonce: string,
  words: readonly (string | number)[],
  payload: Uint8Array,
): Promise<void> => {
  const line = Buffer.from(`${[verb, nonce, ...words].join(' ')}\n`)
  // Not awaited: a host that answers before it has read everything must not hold both ends up.
  void link.channel.write(Buffer.concat([line, payload]))
}

const nothing = (): never => {
  throw garbage('an answer where none was asked for')
}

const empty = new Uint8Array()

const apply = async (link: Connected, request: ApplyRequest, on: (event: ApplyEvent) => void): Promise<ApplyResult> => {
  assertRequest(request)
  const nonce = randomBytes(8).toString('hex')
  const files = transactionFiles(request, link.runtime.sha256, Math.floor(Date.now() / 1000))
  const blobBytes = request.blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0)
  const words = [
    request.transaction,
    link.runtime.sha256,
    ...files.map((f) => f.length),
    request.blobs.length,
    blobBytes,
  ]
  await send(link, 'apply', nonce, words, empty)
  const answer = transactionAnswer(on, request.ops.length)
  let sent = false
  let sending: Promise<void> | undefined
  const totalBytes = blobBytes + files.reduce((sum, f) => sum + f.length, 0)
  const transmit = async (): Promise<void> => {
    let sentBytes = 0
    for await (const chunk of payloadOf(files, request.blobs)) {
      if (!(await link.channel.write(chunk))) return
      sentBytes += chunk.length
      on({ event: 'sending', sentBytes: Math.min(sentBytes, totalBytes), totalBytes })
    }
    sent = true
  }
  let unreadable: unknown
  try {
    await readAnswer(link, { doing: 'apply', nonce, limits: applyLimits }, (fields) => {
      if (fields[0] === 'ready' && sending === undefined) {
        sending = transmit().catch((error: unknown) => {
          // A blob cannot be read here: the host sees the end of its input and drops what it has.
          unreadable = error
          link.channel.kill()
        })
      } else answer.each(fields)
    })
  } catch (error) {
    if (unreadable !== undefined) throw unreadable
    if (sent && isLost(error)) return answer.result() ?? { outcome: 'interrupted', stays: [] }
    throw error
  }
  const result = answer.result()
  if (result === undefined) throw answerFailure(link.host, 'apply', 'garbage', 'a transaction without an end')
  return result
}

const isLost = (error: unknown): boolean =>
  error instanceof DiagnosticError &&
  error.diagnostics.some((d) => d.code === 'connection-lost' || d.code === 'timeout')

const recover = async (link: Connected, on: (event: ApplyEvent) => void): Promise<ApplyResult | undefined> => {
  const answer = transactionAnswer(on)
  await ask(link, ['recover', link.runtime.sha256], empty, applyLimits, answer.each)
  return answer.result()
}

const confirm = async (link: Connected, site: string, verdict: Verdict): Promise<ApplyResult> => {
  const answer = transactionAnswer(() => {})
  await ask(link, ['confirm', site, verdict], empty, { ...smallLimits, idleMs: 120_000 }, answer.each)
  const result = answer.result()
  if (result === undefined) throw answerFailure(link.host, 'confirm', 'garbage', 'a trial without an end')
  return result
}

const fsck = async (link: Connected): Promise<readonly Finding[]> => {
  const found: Finding[] = []
  await ask(link, ['fsck'], empty, { ...listLimits, idleMs: 600_000 }, ([kind, severity, file = '', text = '']) => {
    if (kind !== 'finding' || (severity !== 'error' && severity !== 'warning')) throw garbage('a finding that is none')
    found.push({ severity, file: decode(file), text: decode(text) })
  })
  return found
}

const maxKept = 1000

const kept = async (link: Connected, site: string, key: Key, limitBytes: number): Promise<readonly KeptState[]> => {
  const found: KeptState[] = []
  const payload = bytesOf(`${encode(key)}\n`)
  const limits = { limitBytes: mebibyte + 100 * limitBytes, idleMs: 60_000 }
  await ask(
    link,
    ['kept', site, limitBytes, payload.length],
    payload,
    limits,
    ([kind, at = '', , state = '', bytes = '']) => {
      if (kind !== 'kept' || !/^\d{1,15}$/.test(at) || !/^(?:[a-z]+=[!-~]+(?: |$))+$/.test(state))
        throw garbage('no kept state')
      const content = bytes === '-' ? {} : { content: bytes === '""' ? empty : unarmour(bytes) }
      if (found.length === maxKept) throw garbage('more kept states than a host keeps')
      found.push({ ...(at === '0' ? {} : { at: Number(at) }), aspects: parseArgs(state), ...content })
    },
  )
  return found
}

const run: (link: Connected, ...args: Parameters<HostSession['run']>) => ReturnType<HostSession['run']> = async (
  link,
  argv,
  { timeoutMs, onOutput },
) => {
  const payload = bytesOf(commandLine({ id: 'run', argv, timeoutMs }))
  const started = Date.now()
  let status: number | undefined
  const partial = { out: '', err: '' }
  const limits = { limitBytes: runLimitBytes, idleMs: timeoutMs + 15_000 }
  await ask(link, ['run', payload.length], payload, limits, ([kind, first = ''], line) => {
    if (kind === 'status' && /^\d{1,3}$/.test(first)) status = Number(first)
    else if ((kind === 'out' || kind === 'err') && /^[+=]/.test(first)) {
      const text = partial[kind] + textOf(line.subarray(kind.length + 2))
      partial[kind] = line[kind.length + 1] === plus ? text : ''
      if (partial[kind] === '') onOutput(kind === 'out' ? 'stdout' : 'stderr', text)
    } else throw garbage(`an unknown line: ${kind.slice(0, 40)}`)
  })
  if (status === undefined) throw answerFailure(link.host, 'run', 'garbage', 'a command without a status')
  return { status, timedOut: timeoutStatuses.has(status) && Date.now() - started >= timeoutMs }
}

const plus = 0x2b
/** What timeout(1) ends with: coreutils says 124 or 137, busybox 143. */
const timeoutStatuses: ReadonlySet<number> = new Set([124, 137, 143])

const list = async (link: Connected, site: string, generation: number): Promise<string> => {
  let text: string | undefined
  await ask(link, ['list', site, generation], empty, listLimits, ([kind, first = '']) => {
    if (kind !== 'text' || text !== undefined) throw garbage('an answer that is no list')
    text = textOf(unarmour(first))
  })
  if (text === undefined) throw answerFailure(link.host, 'list', 'garbage', 'no list came')
  return text
}

const blobs = async (
  link: Connected,
  names: readonly string[],
  limitBytes: number,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const found = new Map<string, Uint8Array>()
  if (names.length === 0) return found
  const payload = bytesOf(names.map((name) => `${name}\n`).join(''))
  const limits = { limitBytes: mebibyte + names.length * (limitBytes * 1.4 + 256), idleMs: 60_000 }
  await ask(link, ['blobs', limitBytes, payload.length], payload, limits, ([kind, name = '', bytes = '']) => {
    if (kind !== 'content' || !names.includes(name)) throw garbage('a blob that was not asked for')
    found.set(name, unarmour(bytes))
  })
  return found
}

/** Ends the shell at the other end; one that does not go is dropped. */
const close = async (link: Connected): Promise<void> => {
  await Promise.race([link.channel.write(Buffer.from('quit 0\n')), waitMs(1000)])
  link.channel.end()
  await Promise.race([link.channel.closed, waitMs(2000)])
  link.channel.kill()
}

const waitMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())

/** A session over an open link at whose other end the runtime serves. Requests wait for one another. */
export const hostSession = (link: Connected): HostSession => {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work)
    last = next.catch(() => {})
    return next
  }
  return {
    host: link.host,
    hello: (site) =>
      inTurn(async () => {
        const answer = helloAnswer(site, link.os)
        await ask(link, ['hello', site], empty, helloLimits, answer.each)
        return readable(link, 'hello', answer.done)
      }),
    observe: (request) =>
      inTurn(async () => {
        const { words, payload } = observeRequest(request)
        const answer = observeAnswer(request)
        const slowest = Math.max(0, ...request.probes.map((probe) => probe.timeoutMs))
        const limits = { limitBytes: observeLimitBytes(request), idleMs: 120_000 + slowest }
        await ask(link, ['observe', ...words], payload, limits, answer.each)
        return readable(link, 'observe', answer.done)
      }),
    foresee: (ops) =>
      inTurn(async () => {
        const payload = foreseeRequest(ops)
        const answer = foreseeAnswer(ops)
        await ask(link, ['foresee', payload.length], payload, foreseeLimits, answer.each)
        return answer.done()
      }),
    apply: (request, on) => inTurn(() => apply(link, request, on)),
    confirm: (site, verdict) => inTurn(() => confirm(link, site, verdict)),
    kept: (site, key, limitBytes) => inTurn(() => kept(link, site, key, limitBytes)),
    fsck: () => inTurn(() => fsck(link)),
    recover: (on) => inTurn(() => recover(link, on)),
    list: (site, generation) => inTurn(() => list(link, site, generation)),
    blobs: (names, limitBytes) => inTurn(() => blobs(link, names, limitBytes)),
    release: (site, keys, why) =>
      inTurn(async () => {
        const payload = bytesOf([why, ...keys].map((text) => `${encode(text)}\n`).join(''))
        await ask(link, ['release', site, payload.length], payload, smallLimits, nothing)
      }),
    forget: (site) => inTurn(() => ask(link, ['forget', site], empty, smallLimits, nothing)),
    run: (argv, options) => inTurn(() => run(link, argv, options)),
    close: () => inTurn(() => close(link)),
  }
}

/** The whole of an answer may still be no answer. */
const readable = <T>(link: Connected, doing: string, done: () => T): T => {
  try {
    return done()
  } catch (error) {
    if (!(error instanceof BrokenAnswer)) throw error
    link.channel.kill()
    throw answerFailure(link.host, doing, error.why, error.message)
  }
}
