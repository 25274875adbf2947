import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

export interface StartOptions {
  /** The whole environment; nothing is inherited besides. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
}

export type Ended =
  | { readonly is: 'exited'; readonly status: number }
  | { readonly is: 'killed'; readonly signal: string }
  | { readonly is: 'unstartable'; readonly why: string }

/** A running program with its three streams, leader of its own process group. */
export interface Running {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves, never rejects. */
  readonly ended: Promise<Ended>
  /** Ends the program and all that it started: TERM, and KILL after `graceMs`. */
  kill(graceMs?: number): void
}

const killGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}

/** Starts a program. There is no shell: `argv` is what the program gets. */
export const startProcess = (argv: readonly [string, ...string[]], options: StartOptions): Running => {
  const [program, ...args] = argv
  const child = spawn(program, args, {
    env: options.env,
    cwd: options.cwd,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error) => resolve({ is: 'unstartable', why: error.message }))
    child.on('exit', (status, signal) =>
      resolve(signal === null ? { is: 'exited', status: status ?? 1 } : { is: 'killed', signal }),
    )
  })
  // A program that ends early leaves a broken pipe; `ended` tells of it.
  child.stdin.on('error', () => {})
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    kill(graceMs = 500) {
      killGroup(child, 'SIGTERM')
      const timer = setTimeout(() => killGroup(child, 'SIGKILL'), graceMs)
      timer.unref()
      void ended.then(() => {
        clearTimeout(timer)
        killGroup(child, 'SIGKILL')
      })
    },
  }
}
