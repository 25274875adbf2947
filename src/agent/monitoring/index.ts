import type { AgentRecord } from '../state/state.ts'
import { type Listen, openEndpoint } from './endpoint.ts'
import { writeTextfile } from './textfile.ts'

export { addressOf } from './endpoint.ts'

/** How an agent can be watched; without any of it nothing is offered. */
export interface MonitoringSettings {
  readonly listen?: string
  readonly tls?: Listen['tls']
  /** A file ending in `.prom` that node_exporter collects. */
  readonly textfile?: string
}

/** The open monitoring of a running agent. */
export interface Monitoring {
  /** To be told after every cycle and every order. */
  changed(): void
  /** The port that it listens on, where it does. */
  readonly port?: number
  close(): Promise<void>
}

/**
 * Offers what the record says, over HTTP and as a file, as far as asked for. What goes wrong with the file is told to
 * `complain` and never stops an agent; an address that cannot be listened on does, at its start.
 */
export const startMonitoring = async (
  settings: MonitoringSettings,
  record: () => AgentRecord,
  complain: (message: string) => void = () => undefined,
): Promise<Monitoring> => {
  const { listen, textfile, tls } = settings
  const endpoint =
    listen === undefined ? undefined : await openEndpoint({ listen, ...(tls === undefined ? {} : { tls }) }, record)
  return {
    changed: () => {
      if (textfile === undefined) return
      try {
        writeTextfile(textfile, record(), Date.now() / 1000)
      } catch (error) {
        complain(`${textfile} is not written: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
    ...(endpoint === undefined ? {} : { port: endpoint.port }),
    close: async () => endpoint?.close(),
  }
}
