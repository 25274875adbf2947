import { runProcess } from '../src/process/run.ts'

export interface ToolOptions {
  readonly input?: string
  readonly timeoutMs?: number
}

const limitBytes = 16 * 1024 * 1024

/** Runs a tool of this machine and gives its standard output; throws with its last words where it fails. */
export const tool = async (argv: readonly [string, ...string[]], options: ToolOptions = {}): Promise<string> => {
  const outcome = await runProcess(argv, {
    stdin: options.input ?? '',
    timeoutMs: options.timeoutMs ?? 30_000,
    limitBytes,
  })
  if (outcome.is === 'done' && outcome.status === 0) return outcome.stdout.toString('utf8')
  const how = outcome.is === 'done' ? `status ${outcome.status}` : outcome.is
  throw new Error(`${argv.join(' ')}: ${how}: ${outcome.stderr.trim()}`)
}

/** Waits until `ready` says so; throws with `what` after `timeoutMs`. */
export const until = async (
  what: string,
  ready: () => Promise<boolean> | boolean,
  timeoutMs: number,
  everyMs = 50,
): Promise<void> => {
  const end = Date.now() + timeoutMs
  while (!(await ready())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
