import { type Ended, type Running, startProcess } from '../process/start.ts'
import { Tail } from '../process/tail.ts'

/** Standard error of a connection that is kept for messages. */
const stderrTailBytes = 64 * 1024

/** Bytes to and from one program at the other end. */
export interface Channel {
  /** Resolves when the bytes were handed on; false where nobody takes them any more. */
  write(bytes: Uint8Array): Promise<boolean>
  readonly stdout: AsyncIterator<Uint8Array>
  /** The end of standard error, from this program and the connection itself. */
  stderr(): string
  /** Called for every piece of standard error. */
  onStderr(listener: (chunk: Uint8Array) => void): void
  /** Resolves, never rejects. */
  readonly closed: Promise<Ended>
  /** No more bytes; the other end sees the end of its input. */
  end(): void
  kill(): void
}

/** How a host is reached. Every implementation passes the suite in test/transport. */
export interface Transport {
  /** In words, for messages: `ssh root@10.0.0.11`. */
  readonly name: string
  /**
   * Starts `command` (one line, for any login shell) at the other end. `terminal`: with a terminal there, for a sudo
   * that insists on one.
   */
  connect(command: string, options: { readonly terminal: boolean; readonly attempt: number }): Promise<Channel>
  /** How often `connect` may be tried again with another `attempt` when the host key did not fit. */
  readonly attempts: number
}

/** The channel of a program on this machine (which may be `ssh`). */
export const channelOf = (running: Running): Channel => {
  const tail = new Tail(stderrTailBytes)
  const listeners: ((chunk: Uint8Array) => void)[] = []
  running.stderr.on('data', (chunk: Buffer) => {
    tail.push(chunk)
    for (const listener of listeners) listener(chunk)
  })
  return {
    write: (bytes) => written(running, bytes),
    stdout: running.stdout[Symbol.asyncIterator](),
    stderr: () => tail.text,
    onStderr: (listener) => listeners.push(listener),
    closed: running.ended,
    end: () => running.stdin.end(),
    kill: () => running.kill(),
  }
}

const written = (running: Running, bytes: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    if (!running.stdin.writable) return resolve(false)
    void running.ended.then(() => resolve(false))
    running.stdin.write(bytes, (error) => resolve(error === null || error === undefined))
  })

/** What a connection needs of this process's environment. Secrets that a config reads from variables stay here. */
export const connectionEnvironment = (): Readonly<Record<string, string>> => {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && keptNames.test(name)) kept[name] = value
  }
  return kept
}

const keptNames =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|TMPDIR|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|SSH_[A-Z_]+|LC_[A-Z]+|XDG_[A-Z_]+|KRB5[A-Z0-9_]+|GNUPGHOME)$/

/** Starts a program on this machine as a channel. */
export const localChannel = (argv: readonly [string, ...string[]]): Channel =>
  channelOf(startProcess(argv, { env: connectionEnvironment(), cwd: '/' }))
