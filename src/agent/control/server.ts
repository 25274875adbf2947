import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs'
import { lstat, readdir, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { runProcess } from '../../process/run.ts'
import type { Given, Order } from '../orders/orders.ts'
import type { AgentRecord } from '../state/state.ts'
import { claimsFolder, controlSocket, limitBytes, type Reply, request, statusSocket } from './protocol.ts'

export interface ControlOptions {
  /** Folder of the sockets. */
  readonly run: string
  readonly groups: { readonly control?: string | undefined; readonly read?: string | undefined }
  readonly status: () => AgentRecord
  /** Carries an order out. @throws DiagnosticError for one that makes no sense */
  readonly order: (order: Order, given: Given) => Promise<AgentRecord>
}

const refusal = (summary: string, hint?: string): Reply => ({
  refused: { code: 'agent-refused', summary, ...(hint === undefined ? {} : { hint }) },
})

const firstField = async (argv: readonly [string, ...string[]], index: number): Promise<string | undefined> => {
  const { is, status, stdout } = await runProcess(argv, { timeoutMs: 10_000, limitBytes: 65_536 })
  return is === 'done' && status === 0 ? stdout.toString('utf8').split(':')[index]?.trim() : undefined
}

const groupId = async (name: string): Promise<number> => {
  const id = Number((await firstField(['getent', 'group', '--', name], 2)) ?? Number.NaN)
  if (Number.isInteger(id)) return id
  throw new DiagnosticError({
    severity: 'error',
    code: 'bad-agent-settings',
    summary: `there is no group ${name} on this machine`,
    hint: 'Make it, or take it out of groups in the settings of the agent.',
  })
}

const userName = async (uid: number): Promise<string> =>
  (await firstField(['getent', 'passwd', '--', String(uid)], 0)) ?? `uid ${uid}`

/**
 * Who asks: the owner of an empty file that the one who asks has just made, since a socket does not tell who is at its
 * other end. The folder takes files of the control group alone, and nobody can make a file of somebody else's.
 */
const claimant = async (run: string, claim: string | undefined): Promise<string | undefined> => {
  if (claim === undefined) return undefined
  const file = join(claimsFolder(run), claim)
  try {
    const found = await lstat(file)
    await rm(file)
    return found.isFile() && found.nlink === 1 && found.size === 0 ? await userName(found.uid) : undefined
  } catch {
    return undefined
  }
}

const answer = async (line: string, mayOrder: boolean, options: ControlOptions): Promise<Reply> => {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return refusal('what was asked is no JSON')
  }
  const asked = request.safeParse(json)
  if (!asked.success) return refusal(`what was asked is no order: ${asked.error.issues[0]?.message ?? ''}`)
  const { order, claim } = asked.data
  if (order.verb === 'status') return { record: options.status() }
  if (!mayOrder) return refusal('only the status is told here', 'Who is in the control group may give orders.')
  const by = await claimant(options.run, claim)
  if (by === undefined) return refusal('it is not known who gives this order', 'Use hexis agent to give orders.')
  try {
    return { record: await options.order(order, { by, at: Math.floor(Date.now() / 1000) }) }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    const [first] = error.diagnostics
    return refusal(first?.summary ?? 'refused', first?.hint)
  }
}

const serve = (socket: Socket, mayOrder: boolean, options: ControlOptions): void => {
  let text = ''
  let isAnswered = false
  socket.setEncoding('utf8')
  socket.setTimeout(10_000, () => {
    // Only who says nothing is cut off: an answer may take a whole cycle.
    if (!isAnswered) socket.destroy()
  })
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: string) => {
    if (isAnswered) return
    text += chunk
    if (text.length > limitBytes) return void socket.destroy()
    const end = text.indexOf('\n')
    if (end === -1) return
    isAnswered = true
    answer(text.slice(0, end), mayOrder, options)
      .catch((error: unknown) => refusal(`a defect of the agent: ${String(error)}`))
      .then((said) => socket.end(`${JSON.stringify(said)}\n`))
      .catch(() => socket.destroy())
  })
}

const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const listening = (path: string, mayOrder: boolean, options: ControlOptions): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => serve(socket, mayOrder, options))
    server.maxConnections = 64
    server.once('error', reject)
    // Nobody else gets in before its group is set.
    const before = process.umask(0o177)
    server.listen(path, () => resolve(server))
    process.umask(before)
  })

const opened = async (path: string, group: string | undefined, mayOrder: boolean, options: ControlOptions) => {
  if (await isAlive(path))
    throw new DiagnosticError({
      severity: 'error',
      code: 'agent-refused',
      summary: `an agent runs on this machine already: ${path} answers`,
      hint: 'hexis agent pull makes it look at the repository at once.',
    })
  rmSync(path, { force: true })
  const id = group === undefined ? undefined : await groupId(group)
  const server = await listening(path, mayOrder, options)
  if (id !== undefined) {
    chownSync(path, process.getuid?.() ?? 0, id)
    chmodSync(path, 0o660)
  }
  return server
}

const claims = async ({ run, groups }: ControlOptions): Promise<void> => {
  const folder = claimsFolder(run)
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o700)
  for (const name of await readdir(folder)) rmSync(join(folder, name), { force: true, recursive: true })
  if (groups.control === undefined) return
  chownSync(folder, process.getuid?.() ?? 0, await groupId(groups.control))
  chmodSync(folder, 0o1730)
}

/** Opens both sockets; there is one agent on a machine. @throws DiagnosticError where another one runs */
export const openControl = async (options: ControlOptions): Promise<{ close(): Promise<void> }> => {
  const { run, groups } = options
  mkdirSync(run, { recursive: true, mode: 0o755 })
  chmodSync(run, 0o755)
  const servers = [await opened(controlSocket(run), groups.control, true, options)]
  await claims(options)
  servers.push(await opened(statusSocket(run), groups.read, false, options))
  return {
    close: async () => {
      for (const server of servers) server.close()
      rmSync(controlSocket(run), { force: true })
      rmSync(statusSocket(run), { force: true })
    },
  }
}
