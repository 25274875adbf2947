import { readFileSync } from 'node:fs'
import { createServer as plain, type RequestListener, type Server } from 'node:http'
import { createServer as secured } from 'node:https'
import type { AgentRecord } from '../state/state.ts'
import { exposition, expositionType } from './exposition.ts'
import { agentMetrics } from './metrics.ts'

/** Where metrics are offered over HTTP. */
export interface Listen {
  /** `ADDRESS:PORT`, an IPv6 address in brackets, or a port alone for the own machine only. */
  readonly listen: string
  readonly tls?: { readonly certificate: string; readonly key: string }
}

/** States in which nobody needs to look. */
const healthy: ReadonlySet<AgentRecord['state']> = new Set(['ok', 'drift', 'frozen'])

/** `[::1]:9470` → host `::1`, port 9470; undefined where it is no address and port. */
export const addressOf = (text: string): { readonly host: string; readonly port: number } | undefined => {
  const found = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^[\]:\s]+)):)?(\d{1,5})$/.exec(text)
  const port = Number(found?.[3])
  if (found === null || port > 65535) return undefined
  return { host: found[1] ?? found[2] ?? '127.0.0.1', port }
}

const answer = (record: () => AgentRecord, now: () => number): RequestListener => {
  const pages: Readonly<Record<string, () => readonly [status: number, type: string, body: string]>> = {
    '/metrics': () => [200, expositionType, exposition(agentMetrics(record(), now()))],
    '/healthz': () => {
      const { state, because } = record()
      const line = because === undefined ? state : `${state}: ${because}`
      return [healthy.has(state) ? 200 : 503, 'text/plain; charset=utf-8', `${line}\n`]
    },
  }
  return (request, response) => {
    const page = pages[(request.url ?? '').split('?')[0] ?? '']
    const reads = request.method === 'GET' || request.method === 'HEAD'
    const [status, type, body] = !reads
      ? ([405, 'text/plain', 'only GET\n'] as const)
      : (page?.() ?? ([404, 'text/plain', 'there are /metrics and /healthz\n'] as const))
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

/**
 * Offers `/metrics` and `/healthz`; resolves once it listens.
 *
 * @throws Error of the system: address in use, certificate that cannot be read …
 */
export const openEndpoint = async (
  where: Listen,
  record: () => AgentRecord,
  now: () => number = () => Date.now() / 1000,
): Promise<{ readonly port: number; close(): Promise<void> }> => {
  const address = addressOf(where.listen)
  if (address === undefined) throw new Error(`${where.listen} is no ADDRESS:PORT`)
  const listener = answer(record, now)
  const server: Server =
    where.tls === undefined
      ? plain(listener)
      : secured({ cert: readFileSync(where.tls.certificate), key: readFileSync(where.tls.key) }, listener)
  // Whoever asks for figures asks shortly: nobody holds many connections open.
  server.requestTimeout = 10_000
  server.maxConnections = 32
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address.port, address.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
