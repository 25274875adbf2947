import { decode } from '../steps/encoding.ts'
import type { Channel } from '../transport/channel.ts'
import { answerFailure, hostError } from './failures.ts'
import { BrokenAnswer, type HostReader } from './reader.ts'

/** What one request may cost: the host is never trusted to be brief or quick. */
export interface AnswerLimits {
  readonly limitBytes: number
  readonly idleMs: number
}

export interface Link {
  readonly host: string
  readonly channel: Channel
  readonly reader: HostReader
  /** In place of every answer's own time. */
  readonly idleMs?: number
}

/** Fields of one line; bytes are one character each (latin1) until they are decoded. */
export type Fields = readonly [string, ...string[]]

const fieldsOf = (line: Buffer): Fields => {
  const [first = '', ...rest] = line.toString('latin1').split('\t')
  return [first, ...rest]
}

/** The connection is of no more use: what is said of it later would be noise. */
const broken = (link: Link, doing: string, error: unknown): unknown => {
  link.channel.kill()
  if (!(error instanceof BrokenAnswer)) return error
  const said = [link.channel.stderr().trimEnd(), error.why === 'ended' ? '' : error.message].filter((t) => t !== '')
  return answerFailure(link.host, doing, error.why, said.join('\n'))
}

/** A line that no answer may hold. */
export const garbage = (why: string): BrokenAnswer => new BrokenAnswer('garbage', why)

/**
 * Reads one answer: `each` gets every line, `error` lines become diagnostics, the line with the nonce ends it. A
 * field has no meaning but the one that `each` reads from it.
 */
export const readAnswer = async (
  link: Link,
  request: { readonly doing: string; readonly nonce: string; readonly limits: AnswerLimits },
  each: (fields: Fields, line: Buffer) => void,
): Promise<void> => {
  let failed: { readonly code: string; readonly text: string } | undefined
  try {
    link.reader.allow(link.idleMs === undefined ? request.limits : { ...request.limits, idleMs: link.idleMs })
    for (;;) {
      const line = await link.reader.line()
      if (line[0] === equals) {
        const [, nonce, status] = /^=([0-9a-z]+) (\d{1,3})$/.exec(line.toString('latin1')) ?? []
        if (nonce !== request.nonce)
          throw garbage(`the answer ends with ${JSON.stringify(line.toString('latin1').slice(0, 80))}`)
        if (failed === undefined && status !== '0') failed = { code: 'transaction-failed', text: `status ${status}` }
        break
      }
      const fields = fieldsOf(line)
      if (fields[0] === 'error') failed ??= { code: fields[1] ?? '', text: decode(fields[2] ?? '') }
      else each(fields, line)
    }
  } catch (error) {
    throw broken(link, request.doing, error)
  }
  if (failed !== undefined) throw hostError(link.host, failed.code, failed.text)
}

const equals = 0x3d

/** The bytes of an armoured field. */
export const unarmour = (field: string): Buffer => {
  if (field.startsWith('16:')) {
    if (!/^16:(?:[0-9a-f]{2})*$/.test(field)) throw garbage('a field is not hexadecimal')
    return Buffer.from(field.slice(3), 'hex')
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(field)) throw garbage('a field is not base64')
  return Buffer.from(field, 'base64')
}
