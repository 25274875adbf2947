import { startProcess } from './start.ts'
import { Tail } from './tail.ts'

export interface RunOptions {
  readonly stdin?: string | Uint8Array
  readonly timeoutMs: number
  /** Of standard output; more ends the program. Standard error keeps its last 64 KiB. */
  readonly limitBytes: number
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Ends the program when it is aborted. */
  readonly signal?: AbortSignal
}

export interface RunOutcome {
  readonly is: 'done' | 'unstartable' | 'timed-out' | 'too-much-output' | 'stopped'
  /** 128 for a program that a signal ended. */
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: string
}

const stderrBytes = 64 * 1024

/** The variables of this process that are text. */
export const ownEnvironment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(process.env).filter((e): e is [string, string] => e[1] !== undefined))

/** Runs a program to its end: argument vector, bounded time, bounded output, its whole process group ended with it. */
export const runProcess = async (argv: readonly [string, ...string[]], options: RunOptions): Promise<RunOutcome> => {
  const running = startProcess(argv, {
    env: options.env ?? ownEnvironment(),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  let is: RunOutcome['is'] = 'done'
  const stop = (why: RunOutcome['is']): void => {
    is = why
    running.kill()
  }
  const timer = setTimeout(() => stop('timed-out'), options.timeoutMs)
  const aborted = (): void => stop('stopped')
  if (options.signal?.aborted === true) aborted()
  options.signal?.addEventListener('abort', aborted, { once: true })
  const chunks: Buffer[] = []
  let sizeBytes = 0
  running.stdout.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length
    if (sizeBytes <= options.limitBytes) chunks.push(chunk)
    else if (is === 'done') stop('too-much-output')
  })
  const stderr = new Tail(stderrBytes)
  running.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  const closed = Promise.all([closing(running.stdout), closing(running.stderr)])
  running.stdin.end(options.stdin ?? '')
  const ended = await running.ended
  clearTimeout(timer)
  options.signal?.removeEventListener('abort', aborted)
  if (ended.is === 'unstartable') {
    return { is: 'unstartable', status: 127, stdout: Buffer.alloc(0), stderr: ended.why }
  }
  // What it left in the background may hold its streams open for ever.
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1000).unref())])
  return { is, status: ended.is === 'exited' ? ended.status : 128, stdout: Buffer.concat(chunks), stderr: stderr.text }
}

const closing = (stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve) => {
    stream.on('close', resolve)
    stream.on('end', resolve)
  })
