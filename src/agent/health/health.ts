import { stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { z } from 'zod'
import { runProcess } from '../../process/run.ts'
import { parseDurationMs } from '../../text/duration.ts'
import type { Evaluated } from '../cycle/evaluated.ts'
import type { AgentRecord } from '../state/state.ts'

/** One check of the config, as its document has it. */
const properties = z.looseObject({
  unit: z.string().optional(),
  tcp: z.string().optional(),
  http: z.string().optional(),
  status: z.number().optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  file: z.string().optional(),
  grace: z.string().optional(),
  timeout: z.string().optional(),
})

export interface Check {
  readonly name: string
  readonly graceMs: number
  readonly timeoutMs: number
  readonly props: z.infer<typeof properties>
}

export type CheckResult = AgentRecord['health'][number]

const defaultGraceMs = 30_000
const defaultTimeoutMs = 10_000
const pauseMs = 1000

/** @param unit the unit of a service as people name it */
export const checksOf = (document: Evaluated['document'], unit: (service: string) => string): readonly Check[] =>
  (document?.resources ?? []).flatMap(({ type, id, props }) => {
    if (type !== 'health') return []
    const parsed = properties.parse(props)
    return {
      name: id,
      graceMs: parseDurationMs(parsed.grace ?? '') ?? defaultGraceMs,
      timeoutMs: parseDurationMs(parsed.timeout ?? '') ?? defaultTimeoutMs,
      props: parsed.unit === undefined ? parsed : { ...parsed, unit: unit(parsed.unit) },
    }
  })

/** Nothing when all is well, else what was seen. */
type Seen = Promise<string | undefined>

const unitIsActive = async (unit: string, timeoutMs: number): Seen => {
  const { stdout, is, stderr } = await runProcess(
    ['systemctl', 'show', '--property=ActiveState,SubState', '--', unit],
    {
      timeoutMs,
      limitBytes: 65_536,
    },
  )
  if (is !== 'done') return `systemctl does not answer: ${stderr.trim()}`
  const text = stdout.toString('utf8')
  const state = /^ActiveState=(.*)$/m.exec(text)?.[1] ?? 'unknown'
  return state === 'active' ? undefined : `${unit} is ${state} (${/^SubState=(.*)$/m.exec(text)?.[1] ?? 'unknown'})`
}

const answersTcp = (address: string, timeoutMs: number): Seen =>
  new Promise((resolve) => {
    const at = address.lastIndexOf(':')
    const host = address.slice(0, at).replace(/^\[|\]$/g, '')
    const socket = connect({ host, port: Number(address.slice(at + 1)) })
    const end = (said: string | undefined): void => {
      socket.destroy()
      resolve(said)
    }
    socket.setTimeout(timeoutMs, () => end(`${address} does not answer within ${timeoutMs / 1000} s`))
    socket.once('connect', () => end(undefined))
    socket.once('error', (error) => end(`${address} takes no connection: ${error.message}`))
  })

const answersHttp = async (url: string, status: number | undefined, timeoutMs: number): Seen => {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    await response.body?.cancel()
    const fits = status === undefined ? response.status >= 200 && response.status < 400 : response.status === status
    return fits ? undefined : `${url} answers with status ${response.status}`
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return `${url} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

const commandSucceeds = async (command: string | readonly string[], timeoutMs: number): Seen => {
  const [program, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command
  if (program === undefined) return 'the command is empty'
  const outcome = await runProcess([program, ...args], { timeoutMs, limitBytes: 1024 * 1024, cwd: '/' })
  if (outcome.is === 'timed-out') return `the command did not end within ${timeoutMs / 1000} s`
  if (outcome.is === 'done' && outcome.status === 0) return undefined
  const said = outcome.stderr.trim().split('\n').at(-1) ?? ''
  return `the command ended with status ${outcome.status}${said === '' ? '' : `: ${said.slice(0, 500)}`}`
}

const isThere = (path: string): Seen =>
  stat(path).then(
    () => undefined,
    () => `${path} is not there`,
  )

const ask = ({ props, timeoutMs }: Check): Seen => {
  if (props.unit !== undefined) return unitIsActive(props.unit, timeoutMs)
  if (props.tcp !== undefined) return answersTcp(props.tcp, timeoutMs)
  if (props.http !== undefined) return answersHttp(props.http, props.status, timeoutMs)
  if (props.command !== undefined) return commandSucceeds(props.command, timeoutMs)
  return isThere(props.file ?? '/')
}

const waitMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A service that dies right after its start is active for a moment: it is well when it stays so. */
const looksOf = ({ props }: Check): number => (props.unit === undefined ? 1 : 3)

const settled = async (check: Check, withGrace: boolean, signal: AbortSignal): Promise<CheckResult> => {
  const until = Date.now() + (withGrace ? check.graceMs : 0)
  const wanted = withGrace ? looksOf(check) : 1
  for (let well = 0; ; ) {
    const because = await ask(check)
    const at = Math.floor(Date.now() / 1000)
    well = because === undefined ? well + 1 : 0
    if (well === wanted) return { name: check.name, ok: true, at }
    const isOver = Date.now() + pauseMs > until || signal.aborted
    if (because !== undefined && isOver) return { name: check.name, ok: false, because, at }
    await waitMs(pauseMs)
  }
}

/** All checks at once; with grace, each is asked again until it is well or its time is over. */
export const checkHealth = (
  checks: readonly Check[],
  withGrace: boolean,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> => Promise.all(checks.map((check) => settled(check, withGrace, signal)))
