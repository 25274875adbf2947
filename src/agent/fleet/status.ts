import type { Engine, EngineOptions } from '../../engine/types.ts'
import { type AgentRecord, agentRecord } from '../state/state.ts'

/** One host of a fleet: what its agent says of itself, or why nothing is known. */
export interface FleetHost {
  readonly host: string
  readonly is: 'known' | 'no agent' | 'unreadable' | 'unreachable'
  readonly record?: AgentRecord
  readonly because?: string
}

const recordFile = '/var/lib/hexis/agent/state.json'
const limitLines = 20_000

/** The record as text, as data: a host can say anything. */
export const fleetHost = (host: string, text: string): FleetHost => {
  if (text.trim() === '') return { host, is: 'no agent' }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { host, is: 'unreadable', because: `${recordFile} is no JSON` }
  }
  const parsed = agentRecord.safeParse(json)
  return parsed.success
    ? { host, is: 'known', record: parsed.data }
    : { host, is: 'unreadable', because: `${recordFile} is of another version of Hexis, or damaged` }
}

/**
 * What the agents of these hosts say of themselves, each asked over its own connection, in the order given. A host that
 * does not answer is a row, never an error.
 */
export const fleetStatus = async (
  engine: Engine,
  hosts: readonly string[],
  options: EngineOptions,
): Promise<readonly FleetHost[]> => {
  const said = new Map<string, string[]>(hosts.map((host) => [host, []]))
  const summary = await engine.run(['sh', '-c', `cat ${recordFile} 2>/dev/null || :`], {
    ...options,
    timeoutMs: 20_000,
    on: (event) => {
      if (event.event !== 'output') return options.on?.(event)
      const lines = said.get(event.host)
      if (event.stream === 'stdout' && lines !== undefined && lines.length < limitLines) lines.push(event.line)
    },
  })
  const failed = new Map(
    summary.hosts.flatMap(({ host, status, diagnostics }) =>
      status === 'converged' || status === 'changed' ? [] : [[host, diagnostics[0]?.summary ?? status] as const],
    ),
  )
  return hosts.map((host): FleetHost => {
    const because = failed.get(host)
    if (because !== undefined) return { host, is: 'unreachable', because }
    return fleetHost(host, (said.get(host) ?? []).join('\n'))
  })
}
