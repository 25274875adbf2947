import type { Blob } from '../blobs/blob.ts'
import type { Op } from '../plan/plan.ts'
import { bytesOf, decode, encode } from '../steps/encoding.ts'
import { formatArgs } from '../steps/parse.ts'
import { alongOf } from './along.ts'
import { type Fields, garbage } from './answer.ts'
import { formatGeneration, formatLedger } from './ledger-file.ts'
import { splitKey } from './observe.ts'
import type { ApplyEvent, ApplyRequest, ApplyResult } from './session.ts'

/** `ARGS` of a step as they stand in its text, without its actions. */
const argumentsOf = (text: string): string => {
  const actions = text.indexOf(' && ')
  const body = actions === -1 ? text : text.slice(0, actions)
  const first = body.indexOf(' ')
  const second = body.indexOf(' ', first + 1)
  return second === -1 ? '' : body.slice(second + 1)
}

/** An op as the runtime reads it: NUMBER KIND VERB TARGET BEFORE ARGUMENTS BECAUSE. */
export const opLine = (op: Op): string =>
  [
    op.number,
    splitKey(op.key)[0],
    op.step.verb,
    encode(op.step.target),
    op.before === undefined ? '?' : formatArgs(op.before),
    argumentsOf(op.step.text),
    (op.because ?? []).join(','),
  ].join('\t')

const transactionHeader = (request: ApplyRequest, runtime: string, atSeconds: number): string => {
  const words = {
    id: request.transaction,
    site: request.ledger.site,
    runtime,
    who: request.generation.who,
    onfailure: request.onFailure,
    at: String(atSeconds),
    ...(request.base === undefined ? {} : { base: request.base }),
    ...(request.retention === undefined
      ? {}
      : { retain: `${request.retention.generations},${request.retention.days},${request.retention.sizeBytes}` }),
    ...(request.trySeconds === undefined ? {} : { try: String(request.trySeconds) }),
  }
  return `tx/1 ${formatArgs(words)}\n`
}

/** The files of one transaction, in the order in which they travel: tx, ops, ledger.new, list.new, meta.new. */
export const transactionFiles = (request: ApplyRequest, runtime: string, atSeconds: number): readonly Uint8Array[] =>
  [
    transactionHeader(request, runtime, atSeconds),
    request.ops.map((op) => `${opLine(op)}\n`).join(''),
    formatLedger(request.ledger),
    request.list,
    formatGeneration(request.generation),
  ].map(bytesOf)

const idPattern = /^[0-9a-z-]{1,64}$/
const blobPattern = /^(?:[0-9a-f]{64}|sealed:[0-9A-Za-z@._:-]{1,200})$/

/** Bugs of the caller, found before anything is sent. */
export const assertRequest = (request: ApplyRequest): void => {
  if (!idPattern.test(request.transaction)) throw new Error(`${request.transaction} is no id of a transaction`)
  const wrong = request.blobs.find((blob) => !blobPattern.test(blob.name))
  if (wrong !== undefined) throw new Error(`${wrong.name} is no name of a blob`)
}

/** Everything that travels after the request line; ends with a line that says so. */
export async function* payloadOf(files: readonly Uint8Array[], blobs: readonly Blob[]): AsyncIterable<Uint8Array> {
  yield Buffer.concat(files)
  for (const blob of blobs) {
    yield Buffer.from(`${blob.name} ${blob.sizeBytes}\n`)
    let sentBytes = 0
    for await (const chunk of blob.open()) {
      sentBytes += chunk.length
      if (sentBytes > blob.sizeBytes) break
      yield chunk
    }
    if (sentBytes !== blob.sizeBytes) throw new Error(`blob ${blob.name} is not ${blob.sizeBytes} bytes long`)
  }
  yield Buffer.from('sent\n')
}

const opStatuses = ['started', 'done', 'failed', 'undone', 'undo-failed'] as const
const outcomes = ['committed', 'partial', 'undone', 'undo-incomplete'] as const

const one = <T extends string>(all: readonly T[], text: string | undefined): T => {
  const found = all.find((item) => item === text)
  if (found === undefined) throw garbage(`'${text?.slice(0, 40)}' is none of ${all.join(', ')}`)
  return found
}

const opNumber = (text: string | undefined): number => {
  if (text === undefined || !/^\d{1,9}$/.test(text)) throw garbage('an event without the number of its op')
  return Number(text)
}

/** Turns the event lines of a transaction of so many `ops` into events and, at the end, its result. */
export const transactionAnswer = (on: (event: ApplyEvent) => void, ops = Number.POSITIVE_INFINITY) => {
  const stays: string[] = []
  let result: ApplyResult | undefined
  const each = ([text]: Fields): void => {
    const [kind, ...words] = text.split(' ')
    if (kind === 'op') {
      const [number, status, message] = words
      const event = { event: 'op' as const, number: opNumber(number), status: one(opStatuses, status) }
      if (event.number < 1 || event.number > ops) throw garbage(`op ${event.number} is none of this plan`)
      const said = message === undefined ? '' : decode(message)
      if (event.status === 'undo-failed') stays.push(said === '' ? `op ${event.number}` : said)
      on(said === '' ? event : { ...event, message: said })
    } else if (kind === 'try') on({ event: 'try', seconds: opNumber(words[0]) })
    else if (kind === 'along') on({ event: 'along', ...alongOf(words) })
    else if (kind === 'note') on({ event: 'note', message: decode(words.join(' ')) })
    else if (kind === 'end') {
      const [outcome, number, message] = words
      const failed = message === undefined ? '' : decode(message)
      result = {
        outcome: one(outcomes, outcome),
        ...(failed === '' ? {} : { failed: { number: opNumber(number), message: failed } }),
        stays,
      }
    } else throw garbage(`an unknown event: ${kind?.slice(0, 40)}`)
  }
  return { each, result: (): ApplyResult | undefined => result }
}
