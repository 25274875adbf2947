import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Order } from '../orders/orders.ts'
import type { AgentRecord } from '../state/state.ts'
import { claimsFolder, controlSocket, type Reply, type Request, reply, statusSocket } from './protocol.ts'

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown')

const exchange = (path: string, asked: Request): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    let text = ''
    socket.setEncoding('utf8')
    socket.once('connect', () => socket.write(`${JSON.stringify(asked)}\n`))
    socket.once('error', reject)
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.once('close', () => {
      try {
        resolve(reply.parse(JSON.parse(text)))
      } catch {
        reject(new Error('the agent ended before it answered'))
      }
    })
  })

const notRunning = (run: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'agent-not-running',
    summary: `no agent runs here: nothing answers in ${run}`,
    hint: 'systemctl start hexis-agent starts it; journalctl -u hexis-agent says why it ended.',
  })

const notAllowed = (verb: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'agent-refused',
    summary: verb === 'status' ? 'you may not ask this agent' : `you may not order ${verb} of this agent`,
    hint: 'Its groups control and read say who may; root always may.',
  })

const failed = (error: unknown, run: string, verb: string): DiagnosticError => {
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return notRunning(run)
  if (code === 'EACCES' || code === 'EPERM') return notAllowed(verb)
  const summary = error instanceof Error ? error.message : String(error)
  return new DiagnosticError({ severity: 'error', code: 'agent-not-running', summary })
}

const recordOf = (said: Reply): AgentRecord => {
  if ('record' in said) return said.record
  throw new DiagnosticError({ severity: 'error', ...said.refused })
}

const status = async (run: string): Promise<AgentRecord> => {
  const asked: Request = { order: { verb: 'status' } }
  try {
    return recordOf(await exchange(statusSocket(run), asked))
  } catch (error) {
    if (codeOf(error) !== 'EACCES') throw error
    return recordOf(await exchange(controlSocket(run), asked))
  }
}

/**
 * Asks the agent of this machine for its status, or gives it an order; answers with what it knows afterwards.
 * @throws DiagnosticError where none runs, or it refuses
 */
export const askAgent = async (run: string, order: Order): Promise<AgentRecord> => {
  const claim = randomBytes(16).toString('hex')
  const file = join(claimsFolder(run), claim)
  try {
    if (order.verb === 'status') return await status(run)
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
    return recordOf(await exchange(controlSocket(run), { order, claim }))
  } catch (error) {
    throw error instanceof DiagnosticError ? error : failed(error, run, order.verb)
  } finally {
    // Taken away by the agent, unless it never read it; then only the owner's own is left.
    try {
      rmSync(file, { force: true })
    } catch {
      // Who may not enter the folder has left nothing there.
    }
  }
}
