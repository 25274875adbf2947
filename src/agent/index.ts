import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Registry } from '../engine/registry.ts'
import { type Checkout, openCheckout } from './checkout/checkout.ts'
import { openControl } from './control/server.ts'
import { Cycle } from './cycle/cycle.ts'
import { startMonitoring } from './monitoring/index.ts'
import { fullCommit, type Given, nextExpiry, type Order, withOrder } from './orders/orders.ts'
import type { AgentSettings } from './settings.ts'
import type { AgentRecord } from './state/state.ts'
import { newRecord, recordStore } from './state/store.ts'

export { askAgent } from './control/client.ts'
export { type Order, order } from './orders/orders.ts'
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

/** How long a cycle may go on once the agent is told to end; a transaction goes on by itself. */
const endsWithinMs = 5000

/** What a push is told of the agent (docs/spec/host-contract.md): a line beside the record. */
const activeLine = ({ site, mode, orders }: AgentRecord): string =>
  site === '' ? '' : `agent/1 site=${site} mode=${mode} frozen=${orders.freeze === undefined ? 'no' : 'yes'}\n`

const activeFile = (folder: string): ((record: AgentRecord) => void) => {
  const file = join(folder, 'active')
  let written: string | undefined
  return (record) => {
    const line = activeLine(record)
    if (line === '' || line === written) return
    writeFileSync(`${file}.new`, line, { mode: 0o600 })
    renameSync(`${file}.new`, file)
    written = line
  }
}

/** What the last agent of this machine knew, for who may read that. */
export const lastRecord = (settings: AgentSettings): AgentRecord | undefined => {
  try {
    return recordStore(settings.state).load()
  } catch {
    return undefined
  }
}

/** A commit by its full name, as far as the agent knows it. @throws DiagnosticError else */
const knownCommit = async (record: AgentRecord, checkout: Checkout, commit: string): Promise<string> => {
  const full = fullCommit(record, commit) ?? commit
  if (await checkout.knows(full)) return full
  throw new DiagnosticError({
    severity: 'error',
    code: 'agent-refused',
    summary: `the agent does not know a commit ${commit}`,
    hint: 'Give the full name of a commit that it has fetched.',
  })
}

const sleep = (ms: number, wake: (end: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1))
    wake(() => {
      clearTimeout(timer)
      resolve()
    })
  })

class Agent {
  readonly #options: RunAgentOptions
  readonly #checkout: Checkout
  readonly #cycle: Cycle
  record: AgentRecord
  #running: Promise<void> | undefined
  /** Ends a wait, so that it is looked anew how long it is to be. */
  #nudge: () => void = () => {}
  #isDue = false
  changed: () => void = () => {}

  constructor(options: RunAgentOptions) {
    const { settings, registry, version, self, log, signal } = options
    this.#options = options
    const store = recordStore(settings.state)
    mkdirSync(settings.state, { recursive: true, mode: 0o700 })
    this.record = {
      ...(store.load() ?? newRecord(version, settings.host, settings.branch)),
      version,
      host: settings.host,
    }
    this.#checkout = openCheckout({
      folder: join(settings.state, 'checkout'),
      repository: settings.repository,
      ...(settings.allowedSigners === undefined ? {} : { allowedSigners: settings.allowedSigners }),
    })
    const tellPush = activeFile(settings.state)
    const save = (next: AgentRecord): boolean => {
      this.record = next
      try {
        store.save(next)
        tellPush(next)
        return true
      } catch (error) {
        log(`the record cannot be written: ${error instanceof Error ? error.message : String(error)}`)
        return false
      }
    }
    this.#save = save
    this.#cycle = new Cycle({
      settings,
      registry,
      checkout: this.#checkout,
      self,
      log,
      signal,
      record: () => this.record,
      save,
    })
  }

  readonly #save: (record: AgentRecord) => boolean

  /** One cycle; while one runs, the one after it. */
  async pull(): Promise<void> {
    await this.#running
    this.#running ??= this.#cycle.run().finally(() => {
      this.#running = undefined
      this.changed()
    })
    await this.#running
  }

  /** Once no cycle runs any more. */
  async idle(): Promise<void> {
    await this.#running
  }

  async order(given: Order, by: Given): Promise<AgentRecord> {
    const { log } = this.#options
    const known =
      given.verb === 'rollback'
        ? { ...given, commit: await knownCommit(this.record, this.#checkout, given.commit) }
        : given
    const before = this.record
    if (!this.#save(withOrder(before, known, by))) {
      this.record = before
      throw new DiagnosticError({
        severity: 'error',
        code: 'agent-refused',
        summary: 'the order cannot be kept: the record of the agent cannot be written',
        hint: 'The journal of the agent says why; a full disk is the usual reason.',
      })
    }
    log(`${by.by} orders ${given.verb}${'why' in given ? `: ${given.why}` : ''}`)
    this.changed()
    if (given.verb === 'freeze' || given.verb === 'unfreeze') this.wake()
    else await this.pull()
    this.#nudge()
    return this.record
  }

  wake(): void {
    this.#isDue = true
    this.#nudge()
  }

  /** Until the next cycle is due, an order ends, or somebody wants a cycle. */
  async wait(): Promise<void> {
    const dueMs = Date.now() + this.#cycle.intervalMs + Math.random() * this.#options.settings.jitterMs
    while (!this.#isDue) {
      const expiry = nextExpiry(this.record)
      const untilMs = expiry === undefined ? dueMs : Math.min(dueMs, expiry * 1000)
      const leftMs = untilMs - Date.now()
      if (leftMs <= 0) break
      await sleep(leftMs, (end) => {
        this.#nudge = end
      })
    }
    this.#isDue = false
  }

  close(): Promise<void> {
    return this.#cycle.close()
  }
}

/** How long taking leave may take: a shell may wait for a run that itself waits for this agent to end. */
const leavesWithinMs = 5000

/** Gives up waiting some time after the signal: what runs on the host by itself is not waited for. */
const untilEnded = async (work: Promise<unknown>, signal: AbortSignal, withinMs = endsWithinMs): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  let begin = (): void => {}
  const late = new Promise<boolean>((resolve) => {
    begin = () => {
      timer = setTimeout(() => resolve(false), withinMs)
    }
  })
  if (signal.aborted) begin()
  signal.addEventListener('abort', begin, { once: true })
  const ended = await Promise.race([work.then(() => true), late])
  signal.removeEventListener('abort', begin)
  clearTimeout(timer)
  return ended
}

/**
 * Runs the agent until it is told to end, or for one cycle; answers with what it knows then. Ends while a transaction
 * still runs, where that takes long: it goes on by itself, and the next start finds out how it ended.
 */
export const runAgent = async (
  options: RunAgentOptions,
): Promise<{ readonly record: AgentRecord /** False: a cycle was left running. */; readonly ended: boolean }> => {
  const { settings, log, signal, once } = options
  // The files of a commit are read by the child that has no privileges; the folder around them is for root alone.
  process.umask(0o022)
  const agent = new Agent(options)
  const control = await openControl({
    run: settings.run,
    groups: settings.groups,
    status: () => agent.record,
    order: (given, by) => agent.order(given, by),
  })
  const { metrics = {} } = settings
  const monitoring = await startMonitoring(metrics, () => agent.record, log)
  agent.changed = () => monitoring.changed()
  const hangUp = (): void => agent.wake()
  const end = (): void => agent.wake()
  process.on('SIGHUP', hangUp)
  signal.addEventListener('abort', end)
  try {
    for (;;) {
      const ended = await untilEnded(agent.pull(), signal)
      if (!ended) return { record: agent.record, ended }
      if (once || signal.aborted) break
      await agent.wait()
      if (signal.aborted) break
    }
    if (!(await untilEnded(agent.idle(), signal))) return { record: agent.record, ended: false }
    return { record: agent.record, ended: await untilEnded(agent.close(), signal, leavesWithinMs) }
  } finally {
    process.off('SIGHUP', hangUp)
    signal.removeEventListener('abort', end)
    await untilEnded(Promise.all([monitoring.close(), control.close()]), signal, leavesWithinMs)
  }
}
