import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AgentRecord, agentRecord } from '../state/state.ts'
import { addressOf } from './endpoint.ts'
import { exposition } from './exposition.ts'
import { startMonitoring } from './index.ts'
import { agentMetrics, behindSeconds } from './metrics.ts'

const now = 1_800_000_000
const record: AgentRecord = agentRecord.parse({
  format: 'agent/1',
  version: '0.1.0',
  host: 'web1',
  site: 'shop',
  mode: 'enforce',
  state: 'ok',
  branch: 'main',
  commit: 'a'.repeat(40),
  upstream: 'a'.repeat(40),
  upstreamTime: now - 600,
  bad: [],
  orders: {},
  attemptAt: now - 5,
  successAt: now - 5,
  applySeconds: 1.5,
  resources: 12,
  changes: { new: 3, drift: 1 },
  drift: {},
  failures: { fetch: 2 },
  health: [{ name: 'the "shop"\\front', ok: true, at: now }],
})
const lines = (of: AgentRecord): readonly string[] => exposition(agentMetrics(of, now)).split('\n')

describe('the metrics of a record', () => {
  test('say commit, branch, version, state, times and counts', () => {
    const said = lines(record)
    for (const line of [
      `hexis_agent_info{host="web1",site="shop",branch="main",commit="${'a'.repeat(40)}",upstream="${'a'.repeat(40)}",version="0.1.0",mode="enforce"} 1`,
      'hexis_agent_state{state="ok"} 1',
      'hexis_agent_state{state="broken"} 0',
      `hexis_agent_last_success_timestamp_seconds ${now - 5}`,
      'hexis_agent_apply_duration_seconds 1.5',
      'hexis_agent_changes_total{reason="new"} 3',
      'hexis_agent_changes_total{reason="removed"} 0',
      'hexis_agent_failures_total{stage="fetch"} 2',
      'hexis_agent_failures_total{stage="apply"} 0',
      'hexis_agent_resources 12',
      'hexis_agent_behind_seconds 0',
      'hexis_agent_health{check="the \\"shop\\"\\\\front"} 1',
    ])
      expect(said).toContain(line)
  })

  test('are behind for as long as another commit than the newest is in force', () => {
    const behind = { ...record, upstream: 'b'.repeat(40) }
    expect(behindSeconds(behind, now)).toBe(600)
    expect(behindSeconds({ ...behind, upstreamTime: now + 60 }, now)).toBe(1)
    expect(behindSeconds({ ...behind, commit: undefined }, now)).toBe(600)
    expect(lines({ ...record, upstream: undefined, commit: undefined }).join('\n')).not.toContain('behind_seconds')
  })
})

test.each([
  ['9470', { host: '127.0.0.1', port: 9470 }],
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['[::1]:9470', { host: '::1', port: 9470 }],
  ['::1:9470', undefined],
  ['localhost:99999', undefined],
  ['x', undefined],
])('%s is listened on as %j', (text, address) => {
  expect(addressOf(text)).toEqual(address)
})

describe('a monitored agent', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hexis-monitoring-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('offers metrics and its health, and takes nothing', async () => {
    let current = record
    const monitoring = await startMonitoring({ listen: '127.0.0.1:0' }, () => current)
    const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${monitoring.port}${path}`, { method })
    try {
      const metrics = await get('/metrics?x')
      expect(metrics.headers.get('content-type')).toContain('version=0.0.4')
      expect(await metrics.text()).toContain('hexis_agent_state{state="ok"} 1\n')
      expect([(await get('/healthz')).status, await (await get('/healthz')).text()]).toEqual([200, 'ok\n'])
      current = { ...record, state: 'bad-commit', because: 'unit app.service is failed' }
      const sick = await get('/healthz')
      expect([sick.status, await sick.text()]).toEqual([503, 'bad-commit: unit app.service is failed\n'])
      expect((await get('/metrics', 'POST')).status).toBe(405)
      expect((await get('/')).status).toBe(404)
      expect((await get('/metrics', 'HEAD')).status).toBe(200)
      await expect(startMonitoring({ listen: `127.0.0.1:${monitoring.port}` }, () => record)).rejects.toThrow(
        /EADDRINUSE/,
      )
    } finally {
      await monitoring.close()
    }
  })

  test('writes a file that anybody can read and that is never half', async () => {
    const complaints: string[] = []
    const file = join(folder, 'hexis.prom')
    const monitoring = await startMonitoring(
      { textfile: file },
      () => record,
      (message) => complaints.push(message),
    )
    expect(monitoring.port).toBeUndefined()
    monitoring.changed()
    expect(readFileSync(file, 'utf8')).toContain('hexis_agent_resources 12\n')
    expect(statSync(file).mode & 0o777).toBe(0o644)
    expect(readdirSync(folder)).toEqual(['hexis.prom'])
    const blocked = await startMonitoring(
      { textfile: join(folder, 'none/hexis.prom') },
      () => record,
      (message) => complaints.push(message),
    )
    blocked.changed()
    expect(complaints).toEqual([expect.stringMatching(/none\/hexis\.prom is not written: ENOENT/)])
  })
})
