import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Ended } from '../process/start.ts'
import type { Channel } from '../transport/channel.ts'
import { type Bootstrap, marks } from './bootstrap.ts'
import { answerFailure, sudoFailure } from './failures.ts'
import { BrokenAnswer, type HostReader } from './reader.ts'

/** Greetings, messages of the day and what a login's start-up files print are dropped, up to this much. */
const greetingLimitBytes = 64 * 1024

/** sudo itself waits five minutes. */
const passwordLimitMs = 10 * 60_000

interface Heard {
  readonly found: string
  readonly on: 'stdout' | 'stderr'
}

const within = async <T>(timeoutMs: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new BrokenAnswer('timed-out', `nothing came for ${Math.round(timeoutMs / 1000)} s`)
    timer = setTimeout(() => reject(error), timeoutMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

export type Greeting =
  | { readonly is: 'ready' }
  | { readonly is: 'ended'; readonly ended: Ended; readonly said: string }
  | { readonly is: 'needs-terminal'; readonly ended: Ended; readonly said: string }

interface GreetOptions {
  readonly timeoutMs: number
  readonly sudoPassword?: () => Promise<string>
}

const ended = async (channel: Channel): Promise<Ended> => {
  const late = new Promise<Ended>((resolve) => setTimeout(() => resolve({ is: 'exited', status: 255 }), 3000).unref())
  return Promise.race([channel.closed, late])
}

/** Resolves at the `count`th prompt on standard error, where sudo prints it when there is no terminal. */
const promptOnStderr = (channel: Channel, prompt: string) => {
  let seen = ''
  let waiting: { readonly count: number; readonly resolve: (mark: string) => void } | undefined
  const check = (): void => {
    if (waiting !== undefined && seen.split(prompt).length > waiting.count) waiting.resolve(prompt)
  }
  channel.onStderr((chunk) => {
    seen = (seen + Buffer.from(chunk).toString('latin1')).slice(-greetingLimitBytes)
    check()
  })
  return (count: number): Promise<string> =>
    new Promise((resolve) => {
      waiting = { count, resolve }
      check()
    })
}

/**
 * Reads until the shell at the other end is ready. The sudo password is written once, only after sudo's own prompt
 * with this connection's nonce; a second prompt means that it was wrong.
 */
export const greet = async (
  host: string,
  channel: Channel,
  reader: HostReader,
  bootstrap: Bootstrap,
  options: GreetOptions,
): Promise<Greeting> => {
  const mark = marks(bootstrap.nonce)
  const prompted = promptOnStderr(channel, mark.prompt)
  // A person may take minutes to type a password, so the clock here is our own: it stands still meanwhile.
  reader.allow({ limitBytes: greetingLimitBytes, idleMs: passwordLimitMs })
  let written = false
  const listen = (): Promise<Heard> => {
    const heard = reader.until(Object.values(mark)).then((found) => ({ found, on: 'stdout' as const }))
    // It may fail while the password is asked for; whoever listens next is told.
    heard.catch(() => {})
    return heard
  }
  try {
    let fromStdout = listen()
    for (;;) {
      const fromStderr = prompted(written ? 2 : 1).then((found): Heard => ({ found, on: 'stderr' }))
      const { found, on } = await within(options.timeoutMs, Promise.race([fromStdout, fromStderr]))
      if (found === mark.ready) return { is: 'ready' }
      if (found === mark.noSudo) throw sudoFailure(host, 'sudo-missing')
      if (found === mark.terminal)
        return { is: 'needs-terminal', ended: await ended(channel), said: 'sudo: you must have a tty' }
      if (written) throw sudoFailure(host, 'sudo-wrong-password')
      if (options.sudoPassword === undefined) throw sudoFailure(host, 'sudo-needs-password')
      void channel.write(Buffer.from(`${await options.sudoPassword()}\n`))
      written = true
      if (on === 'stdout') fromStdout = listen()
    }
  } catch (error) {
    if (error instanceof BrokenAnswer && error.why === 'ended') {
      const how = await ended(channel)
      const said = channel.stderr().replaceAll(mark.prompt, '')
      if (written && /incorrect password|Sorry, try again/i.test(said)) throw sudoFailure(host, 'sudo-wrong-password')
      return { is: 'ended', ended: how, said }
    }
    channel.kill()
    if (error instanceof DiagnosticError) throw error
    if (error instanceof BrokenAnswer) throw greetingFailure(host, channel, error, reader)
    throw error
  }
}

const greetingFailure = (host: string, channel: Channel, error: BrokenAnswer, reader: HostReader): DiagnosticError => {
  const said = [channel.stderr().trimEnd(), reader.excerpt()].filter((text) => text !== '').join('\n')
  if (error.why !== 'timed-out') return answerFailure(host, 'the start of a shell', error.why, said)
  return new DiagnosticError({
    severity: 'error',
    code: 'unreachable',
    summary: `no shell was ready in time: ${error.message}`,
    hint: 'Does the login wait for something, or is the host overloaded?',
    host,
    ...(said === '' ? {} : { detail: said.replace(/[^\x20-\x7e\n]/g, '?') }),
  })
}
