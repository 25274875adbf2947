import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { type AgentRecord, agentRecord } from './state.ts'

/** The one file in which an agent keeps what it knows of itself. */
export interface RecordStore {
  readonly file: string
  /** @throws DiagnosticError for a damaged or newer record: an agent that forgot its orders must not go on */
  load(): AgentRecord | undefined
  /** Replaces it as a whole; on the disk when it returns. */
  save(record: AgentRecord): void
}

const damaged = (file: string, why: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'agent-state-damaged',
    summary: `${file} is not the record of an agent: ${why}`,
    detail:
      'It holds which commit is in force, which ones are bad, and the orders of people, so the agent does not guess.',
    hint: 'Put an earlier copy back, or remove it: the agent then begins anew, without orders.',
  })

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')

export const recordStore = (folder: string): RecordStore => {
  const file = join(folder, 'state.json')
  return {
    file,
    load() {
      let text: string
      try {
        text = readFileSync(file, 'utf8')
      } catch (error) {
        if (isMissing(error)) return undefined
        throw damaged(file, error instanceof Error ? error.message : String(error))
      }
      let json: unknown
      try {
        json = JSON.parse(text)
      } catch {
        throw damaged(file, 'it is no JSON')
      }
      const parsed = agentRecord.safeParse(json)
      if (!parsed.success) throw damaged(file, z.prettifyError(parsed.error))
      return parsed.data
    },
    save(record) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const fresh = `${file}.new`
      const handle = openSync(fresh, 'w', 0o644)
      try {
        writeSync(handle, `${JSON.stringify(agentRecord.parse(record), null, 2)}\n`)
        fsyncSync(handle)
      } finally {
        closeSync(handle)
      }
      renameSync(fresh, file)
      const entry = openSync(folder, 'r')
      fsyncSync(entry)
      closeSync(entry)
    },
  }
}

/** What an agent knows before its first cycle. */
export const newRecord = (version: string, host: string, branch: string): AgentRecord => ({
  format: 'agent/1',
  version,
  host,
  site: '',
  mode: 'enforce',
  state: 'failing',
  because: 'no cycle has ended yet',
  branch,
  bad: [],
  orders: {},
  resources: 0,
  changes: {},
  drift: {},
  failures: {},
  health: [],
})
