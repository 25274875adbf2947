import { type ChildProcess, spawn } from 'node:child_process'
import type { OpLine } from '../src/host/runtime/sandbox.ts'

/** What a transaction does, and where it is tried. */
export interface Scenario {
  /** Of the step language, or what stands for several: `COPY over an earlier file`. */
  readonly name: string
  readonly verb: string
  /** Puts earlier things in place; runs before every fault. */
  readonly furnish: (ground: Ground) => void
  readonly ops: (ground: Ground) => readonly OpLine[]
  /** Where nothing can be made anew for every fault: ops that bring a committed transaction back. */
  readonly back?: readonly OpLine[]
}

/** A folder or a host for one fault. */
export interface Ground {
  /** Keeps content as a blob of the state directory; its name. */
  blob(content: string): string
  /** An earlier file. */
  file(path: string, content: string, mode: number): void
  directory(path: string, mode: number): void
  link(path: string, target: string): void
  /** Writes the folder of a transaction; its path as the runtime sees it. */
  prepare(id: string, ops: readonly OpLine[]): string
  /** A file below the state directory; undefined where it is not there. */
  state(name: string): string | undefined
  /** Names below a folder of the state directory. */
  stateNames(folder: string): readonly string[]
  /** Everything that the scenario may touch. `times`: with those of files that were there before. */
  look(times: boolean): string
  /** The runtime as a program, `before` in front of it (strace); starts a process group of its own. */
  start(before: readonly string[], entry: readonly string[]): Started
  /** Shims that kill the whole group around the Nth tool call; 0 only counts. */
  readonly tools?: { arm(point: number, when: 'before' | 'after'): void; disarm(): void; calls(): number }
  dispose(): void
}

export interface Started {
  readonly said: () => string
  readonly ended: Promise<void>
  /** Ends what is left of the group. */
  killGroup(): void
}

/** Starts a program as the leader of a new process group. */
export const startGroup = (argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Started => {
  const [program, ...args] = argv
  const child: ChildProcess = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const hear = (chunk: Buffer): void => {
    said += chunk.toString('latin1')
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  return {
    said: () => said,
    // Not `close`: what outlives the leader may hold the pipes.
    ended: new Promise((resolve) => child.on('exit', () => resolve())),
    killGroup: () => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL')
      } catch {
        // Nobody was left.
      }
    },
  }
}

/** A run to its end, with a bound. */
export const runToEnd = async (started: Started, timeoutMs = 90_000): Promise<string> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), timeoutMs)
  })
  const first = await Promise.race([started.ended, late])
  clearTimeout(timer)
  if (first === 'late') {
    started.killGroup()
    throw new Error(`it did not end within ${timeoutMs / 1000} s:\n${started.said()}`)
  }
  return started.said()
}
