import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Registry } from '../engine/registry.ts'
import { openCheckout } from './checkout/checkout.ts'
import { Cycle } from './cycle/cycle.ts'
import type { AgentSettings } from './settings.ts'
import type { AgentRecord } from './state/state.ts'
import { newRecord, recordStore } from './state/store.ts'

export { type AgentSettings, readSettings, settingsFile } from './settings.ts'
export type { AgentRecord } from './state/state.ts'

export interface RunAgentOptions {
  readonly settings: AgentSettings
  readonly registry: Registry
  readonly version: string
  /** How this Hexis is started: the executable, and what comes before its arguments. */
  readonly self: readonly [string, ...string[]]
  readonly once: boolean
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** Runs the agent until it is told to end, or for one cycle; answers with what it knows then. */
export const runAgent = async (options: RunAgentOptions): Promise<AgentRecord> => {
  const { settings, registry, version, self, log, signal } = options
  const store = recordStore(settings.state)
  let record: AgentRecord = { ...(store.load() ?? newRecord(version, settings.host, settings.branch)), version }
  const checkout = openCheckout({
    folder: join(settings.state, 'checkout'),
    repository: settings.repository,
    ...(settings.allowedSigners === undefined ? {} : { allowedSigners: settings.allowedSigners }),
  })
  const cycle = new Cycle({
    settings,
    registry,
    checkout,
    self,
    log,
    signal,
    record: () => record,
    save: (next) => {
      record = next
      store.save(next)
    },
  })
  rmSync(`${store.file}.new`, { force: true })
  await cycle.run()
  await cycle.close()
  return record
}
