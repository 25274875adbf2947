import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { HostSession } from '../host/session.ts'
import type { HostPlan } from '../plan/plan.ts'
import { argsOf } from '../steps/parse.ts'
import type { Key } from '../steps/step.ts'
import { factAt } from './fact-at.ts'
import type { TrialSupport } from './trial.ts'
import type { EngineEvent, HostStatus } from './types.ts'

const defaultSeconds = 600
const connectTimeoutMs = 10_000
const retryMs = 500
/** How often it is said that a host is still waited for. */
const tellMs = 30_000
/** What a host may take to say that it will reboot; many are gone before that. */
const askTimeoutMs = 30_000
/** How long it is waited for the start of all services once the host answers. */
const startMs = 120_000

/** Seconds that a host may take for the reboot that a plan has asked for; undefined: none. */
export const rebootSeconds = ({ ops }: HostPlan): number | undefined => {
  const all = ops.flatMap(({ step }) => (step.verb === 'REBOOT' ? Number(argsOf(step).timeout ?? defaultSeconds) : []))
  return all.length === 0 ? undefined : Math.max(...all)
}

/** The reboots that a plan asks for. */
export const rebootKeys = ({ ops }: HostPlan): readonly Key[] =>
  ops.flatMap(({ step, key }) => (step.verb === 'REBOOT' ? [key] : []))

const ask = 'if [ -d /run/systemd/system ]; then exec systemctl reboot; else exec reboot; fi'
/** Whatever it says in the end: the host is planned anew then. */
const started = 'if [ -d /run/systemd/system ]; then systemctl is-system-running --wait; fi'

export interface Reboot {
  readonly host: string
  readonly site: string
  /** The boot that runs now. */
  readonly bootId: string
  readonly seconds: number
  readonly support: Pick<TrialSupport, 'connect' | 'adopt' | 'signal'>
  readonly on: (event: EngineEvent) => void
}

/** How it ended where the host is not back. */
export interface NotBack {
  readonly status: Extract<HostStatus, 'failed' | 'unreachable' | 'interrupted'>
  readonly diagnostics: readonly Diagnostic[]
}

const waitMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const bootIdOf = async (session: HostSession, site: string): Promise<string> =>
  String(factAt((await session.hello(site)).facts, 'bootId') ?? '')

/**
 * Asks the host, over a connection of its own: that of the run may have ended with a trial. One that ends meanwhile is no
 * refusal. Answers what the host said where it refused.
 */
const refusal = async ({ support }: Reboot): Promise<string | undefined> => {
  const session = await support.connect(askTimeoutMs)
  const said: string[] = []
  try {
    const onOutput = (_stream: string, line: string): void => void said.push(line)
    const { status, timedOut } = await session.run(['sh', '-c', ask], { timeoutMs: askTimeoutMs, onOutput })
    return status === 0 || timedOut ? undefined : said.slice(-3).join(' ') || `status ${status}`
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined
    throw error
  } finally {
    await session.close().catch(() => {})
  }
}

/** Tries until the host answers with another boot id; what it was last is told. */
const back = async (reboot: Reboot, deadline: number): Promise<HostSession | Diagnostic | 'same boot' | 'aborted'> => {
  let last: Diagnostic | 'same boot' = 'same boot'
  const begin = Date.now()
  let told = begin
  for (;;) {
    if (Date.now() - told > tellMs) {
      told = Date.now()
      const message = `is not back yet after ${Math.round((told - begin) / 1000)} s`
      reboot.on({ event: 'note', host: reboot.host, message })
    }
    if (reboot.support.signal?.aborted === true) return 'aborted'
    const leftMs = deadline - Date.now()
    if (leftMs <= 0) return last
    let session: HostSession | undefined
    try {
      session = await reboot.support.connect(Math.min(connectTimeoutMs, Math.max(1000, leftMs)))
      if ((await bootIdOf(session, reboot.site)) !== reboot.bootId) return session
      last = 'same boot'
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error
      last = error.diagnostics[0] ?? last
    }
    await session?.close().catch(() => {})
    await waitMs(retryMs)
  }
}

const failed = ({ host, seconds }: Reboot, last: Diagnostic | 'same boot'): NotBack => {
  if (last === 'same boot') {
    const summary = `the host did not reboot: after ${seconds} s it still runs since the boot before`
    const hint = 'Look what holds it back (systemctl list-jobs), or give more timeout; the next hexis up asks again.'
    return { status: 'failed', diagnostics: [{ severity: 'error', code: 'command-failed', summary, hint, host }] }
  }
  const why = [last.summary, last.detail ?? ''].join('\n').trimEnd()
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'unreachable',
    summary: `the host did not come back within ${seconds} s of its reboot`,
    detail: `All that was planned before it is committed. The last try: ${why}`,
    hint: 'Look at its console; once it answers, hexis up goes on with what comes after the reboot.',
    host,
  }
  return { status: 'unreachable', diagnostics: [diagnostic] }
}

/** Reboots a host and waits until it is back; undefined: it is, and answers over a new connection. */
export const rebooted = async (reboot: Reboot): Promise<NotBack | undefined> => {
  const { host, seconds, support, on } = reboot
  const begin = Date.now()
  on({ event: 'note', host, message: `reboots; it has ${seconds} s to come back` })
  const refused = await refusal(reboot)
  if (refused !== undefined) {
    const summary = `the host refused to reboot: ${refused}`
    const hint = 'All that was planned before it is committed; the next hexis up asks again.'
    return { status: 'failed', diagnostics: [{ severity: 'error', code: 'command-failed', summary, hint, host }] }
  }
  const deadline = begin + seconds * 1000
  const session = await back(reboot, deadline)
  if (session === 'aborted') return { status: 'interrupted', diagnostics: [] }
  if (session === 'same boot' || !('hello' in session)) return failed(reboot, session)
  support.adopt(session)
  const leftMs = Math.min(startMs, Math.max(1000, deadline - Date.now()))
  await session.run(['sh', '-c', started], { timeoutMs: leftMs, onOutput: () => {} })
  on({ event: 'note', host, message: `is back after ${Math.round((Date.now() - begin) / 1000)} s` })
  return undefined
}
