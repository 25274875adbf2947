import { exits } from './exit.ts'
import type { Output } from './output.ts'

export interface Interrupts {
  readonly signal: AbortSignal
  release(): void
}

/**
 * The first Ctrl-C (or SIGTERM) aborts the signal: nothing new begins, hosts finish or undo what they have begun. The
 * second leaves at once; the hosts still finish or undo by themselves, since transactions do not hang on the connection.
 */
export const catchInterrupts = (output: Pick<Output, 'err'>): Interrupts => {
  const controller = new AbortController()
  const caught = (): void => {
    if (controller.signal.aborted) {
      output.err('\nLeft. Hosts finish or undo by themselves; `hexis recover` tells which.\n')
      process.exit(exits.interrupted)
    }
    output.err(
      '\nInterrupted: nothing new begins, hosts finish or undo what they have begun. Once more leaves at once.\n',
    )
    controller.abort(new Error('interrupted'))
  }
  process.on('SIGINT', caught)
  process.on('SIGTERM', caught)
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', caught)
      process.off('SIGTERM', caught)
    },
  }
}
