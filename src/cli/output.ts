import type { Writable } from 'node:stream'
import type { Paint } from './paint.ts'

/** Where a command writes: results to `out`, progress, prompts, logs and diagnostics to `err`. */
export interface Output {
  out(text: string): void
  err(text: string): void
  /** Live lines: drawn on standard error as they are. */
  draw(text: string): void
  /** `lift` takes live lines away before anything else is written; undefined when there are none any more. */
  cover(lift: (() => void) | undefined): void
  readonly paintOut: Paint
  readonly paintErr: Paint
  /** Standard error is a terminal: progress is redrawn in place. */
  readonly live: boolean
  /** Somebody is there to answer. */
  readonly interactive: boolean
  readonly columns: number
  readonly rows: number
  /** Resolves when all that was written has been taken or the reader is gone. */
  flushed(): Promise<void>
}

/**
 * A writer that survives its reader: after `EPIPE` (`hexis plan | head -1`) the rest is dropped quietly and the command
 * goes on to its own end, since a broken pipe must never stop a transaction half-way.
 */
export const safeWriter = (stream: Writable): { write(text: string): void; flushed(): Promise<void> } => {
  let gone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') process.exitCode ||= 1
  })
  return {
    write(text) {
      if (!gone && text !== '') stream.write(text)
    },
    flushed: () =>
      new Promise((resolve) => {
        if (gone || stream.writableLength === 0) return resolve()
        const done = (): void => resolve()
        stream.once('error', done)
        stream.write('', done)
      }),
  }
}
