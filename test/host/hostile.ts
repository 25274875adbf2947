import type { Channel, Transport } from '../../src/transport/channel.ts'
import { localTransport } from '../../src/transport/local.ts'

/** Where in a conversation a line stands. */
export interface Place {
  /** What was asked: `hello`, `observe` …; `greeting` before the first request. */
  readonly verb: string
  /** Of this answer, from 0. */
  readonly line: number
  readonly nonce: string
}

export type Tampered = Uint8Array | AsyncIterable<Uint8Array> | undefined

/** Gets every line that a true host sends (with its newline); says what arrives in its place. */
export type Tamper = (line: Buffer, place: Place) => Tampered

const isBytes = (tampered: Tampered): tampered is Uint8Array => tampered instanceof Uint8Array

async function* tamperedLines(
  source: AsyncIterator<Uint8Array>,
  asked: () => { readonly verb: string; readonly nonce: string },
  tamper: Tamper,
): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0)
  let verb = ''
  let line = 0
  for (;;) {
    const next = await source.next()
    if (next.done === true) return
    held = Buffer.concat([held, next.value])
    for (let at = held.indexOf(0x0a); at !== -1; at = held.indexOf(0x0a)) {
      const now = asked()
      if (now.verb !== verb) line = 0
      verb = now.verb
      const out = tamper(held.subarray(0, at + 1), { ...now, line: line++ })
      held = held.subarray(at + 1)
      if (isBytes(out)) yield out
      else if (out !== undefined) yield* out
    }
  }
}

const request =
  /^(hello|observe|foresee|apply|confirm|recover|fsck|kept|list|blobs|release|forget|run) ([0-9a-f]{16})[ \n]/

/** A host whose every answer passes through `tamper` on its way. */
export const hostileTransport = (tamper: Tamper): Transport => {
  const honest = localTransport('hostile')
  return {
    ...honest,
    connect: async (command, how) => {
      const channel = await honest.connect(command, how)
      let asked = { verb: 'greeting', nonce: '' }
      const hostile: Channel = {
        ...channel,
        write: (bytes) => {
          const [, verb, nonce] = request.exec(Buffer.from(bytes.subarray(0, 64)).toString('latin1')) ?? []
          if (verb !== undefined && nonce !== undefined) asked = { verb, nonce }
          return channel.write(bytes)
        },
        stdout: tamperedLines(channel.stdout, () => asked, tamper),
      }
      return hostile
    },
  }
}

/** Bytes for ever, in pieces; `given` counts them. */
export const endless = (piece: Uint8Array, given: { bytes: number }): AsyncIterable<Uint8Array> => ({
  async *[Symbol.asyncIterator]() {
    for (;;) {
      given.bytes += piece.length
      yield piece
      await new Promise((resolve) => setImmediate(resolve))
    }
  },
})

/** Nothing more, and no end either. */
export const silence = (before: Uint8Array): AsyncIterable<Uint8Array> => ({
  async *[Symbol.asyncIterator]() {
    yield before
    await new Promise(() => {})
  },
})
