import { chmodSync, renameSync, writeFileSync } from 'node:fs'
import type { AgentRecord } from '../state/state.ts'
import { exposition } from './exposition.ts'
import { agentMetrics } from './metrics.ts'

/**
 * Writes the metrics where node_exporter's textfile collector finds them; the folder is the collector's, and has to be
 * there. It never sees half a file, and may run as anybody.
 *
 * @throws Error of the system
 */
export const writeTextfile = (file: string, record: AgentRecord, now: number): void => {
  // The collector reads what ends in .prom only.
  const next = `${file}.new`
  writeFileSync(next, exposition(agentMetrics(record, now)))
  chmodSync(next, 0o644)
  renameSync(next, file)
}
