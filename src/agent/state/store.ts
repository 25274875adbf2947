import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { type AgentRecord, agentRecord } from './state.ts'

/** The one file in which an agent keeps what it knows of itself. */
export interface RecordStore {
  readonly file: string
  /** @throws DiagnosticError for a damaged or newer record: an agent that forgot its orders must not go on */
  load(): AgentRecord | undefined
  /** Replaces it as a whole; on the disk when it returns, unless only what is told of the last cycle changed. */
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

/** What a power cut must not take back: what was applied, what failed, what people ordered. */
const essential = ({ state, commit, good, trying, bad, orders, branch, mode, site }: AgentRecord): object => ({
  state,
  commit,
  good,
  trying,
  bad,
  orders,
  branch,
  mode,
  site,
})

/** That a cycle began is written with what comes of it. */
const untimed = ({ attemptAt: _at, ...rest }: AgentRecord): object => rest

export const recordStore = (folder: string): RecordStore => {
  const file = join(folder, 'state.json')
  let saved: AgentRecord | undefined
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
      if (saved !== undefined && isDeepStrictEqual(untimed(saved), untimed(record))) return
      const isKept = saved !== undefined && isDeepStrictEqual(essential(saved), essential(record))
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const fresh = `${file}.new`
      const handle = openSync(fresh, 'w', 0o644)
      try {
        writeSync(handle, `${JSON.stringify(agentRecord.parse(record), null, 2)}\n`)
        if (!isKept) fsyncSync(handle)
      } finally {
        closeSync(handle)
      }
      renameSync(fresh, file)
      saved = record
      if (isKept) return
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
