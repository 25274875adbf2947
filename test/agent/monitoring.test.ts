import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { exposition } from '../../src/agent/monitoring/exposition.ts'
import { startMonitoring } from '../../src/agent/monitoring/index.ts'
import { agentMetrics } from '../../src/agent/monitoring/metrics.ts'
import { type AgentRecord, agentRecord } from '../../src/agent/state/state.ts'

const canRun = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const shipped = join(import.meta.dirname, '../../monitoring')
const promtool = (args: readonly string[], input = ''): { readonly status: number | null; readonly all: string } => {
  const ran = spawnSync('promtool', args, { input, encoding: 'utf8', cwd: shipped })
  return { status: ran.status, all: `${ran.stdout}${ran.stderr}` }
}
const now = Math.floor(Date.now() / 1000)
const commits = { old: 'a'.repeat(40), main: 'b'.repeat(40), canary: 'c'.repeat(40) }
const recordOf = (host: string, branch: 'main' | 'canary', commit: string): AgentRecord =>
  agentRecord.parse({
    format: 'agent/1',
    version: '0.1.0',
    host,
    site: 'shop',
    mode: 'enforce',
    state: 'ok',
    branch,
    commit,
    upstream: commits[branch],
    upstreamTime: now - 600,
    bad: [],
    orders: {},
    resources: 1,
    changes: {},
    drift: { file: 1 },
    failures: {},
    health: [],
  })

test.skipIf(!canRun('promtool'))('promtool finds nothing wrong with metrics, alerts and dashboard', () => {
  const metrics = exposition(agentMetrics(recordOf('web1', 'main', commits.old), now))
  expect(promtool(['check', 'metrics'], metrics)).toEqual({ status: 0, all: '' })
  expect(promtool(['check', 'rules', 'alerts.yaml']).all).toContain('SUCCESS')
  expect(promtool(['test', 'rules', 'alerts.test.yaml']).all).toMatch(/SUCCESS\s*$/)
  const { panels } = z
    .object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) })
    .parse(JSON.parse(readFileSync(join(shipped, 'dashboard.json'), 'utf8')))
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  expect(queries.length).toBeGreaterThan(8)
  const rules = queries.map((expr, index) => ({ record: `panel:${index}`, expr: expr.replaceAll('$branch', 'main') }))
  const folder = mkdtempSync(join(tmpdir(), 'hexis-dashboard-'))
  writeFileSync(join(folder, 'rules.yaml'), JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
  expect(promtool(['check', 'rules', join(folder, 'rules.yaml')]).all).toContain(`${queries.length} rules found`)
  rmSync(folder, { recursive: true })
  // All that alerts and panels ask for is there.
  const asked = [...queries.join(' ').matchAll(/hexis_agent_\w+/g), ...alertsText().matchAll(/hexis_agent_\w+/g)]
  const offered = new Set(agentMetrics(recordOf('web1', 'main', commits.old), now).map(({ name }) => name))
  expect([...new Set(asked.map(([name]) => name))].filter((name) => !offered.has(name))).toEqual([])
})

test('the page on monitoring has every metric, and no other', () => {
  const page = readFileSync(join(shipped, '../docs/monitoring.md'), 'utf8')
  const named = [...page.matchAll(/^\| `(hexis_agent_\w+)` \|/gm)].map(([, name = '']) => name)
  expect(named).toEqual(agentMetrics(recordOf('web1', 'main', commits.old), now).map(({ name }) => name))
})

const alertsText = (): string => readFileSync(join(shipped, 'alerts.yaml'), 'utf8')

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
    })
  })

const answerSchema = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.array(z.unknown()) })),
  }),
})

test.skipIf(!canRun('prometheus'))(
  'one query of a real Prometheus says which hosts are on which commit, and which are behind',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hexis-prometheus-'))
    const records = [
      recordOf('web1', 'main', commits.main),
      recordOf('web2', 'main', commits.old),
      recordOf('web3', 'canary', commits.canary),
    ]
    const agents = await Promise.all(records.map((record) => startMonitoring({ listen: '127.0.0.1:0' }, () => record)))
    const port = await freePort()
    const targets = agents.map((agent) => `127.0.0.1:${agent.port}`)
    writeFileSync(
      join(folder, 'prometheus.yaml'),
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [join(shipped, 'alerts.yaml')],
        scrape_configs: [{ job_name: 'hexis', static_configs: [{ targets }] }],
      }),
    )
    const prometheus = spawn(
      'prometheus',
      [
        `--config.file=${folder}/prometheus.yaml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    )
    try {
      const query =
        'hexis_agent_behind_seconds * on (instance) group_left (host, branch, commit) hexis_agent_info{site="shop"}'
      const ask = async () => {
        try {
          const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`)
          return answerSchema.parse(await answer.json()).data.result
        } catch {
          return []
        }
      }
      await expect.poll(async () => (await ask()).length, { timeout: 60_000, interval: 250 }).toBe(3)
      const rows = (await ask()).map(({ metric, value }) => [
        metric.host,
        metric.branch,
        metric.commit,
        Number(value[1]) >= 600 ? 'behind' : 'current',
      ])
      expect(rows.toSorted()).toEqual([
        ['web1', 'main', commits.main, 'current'],
        ['web2', 'main', commits.old, 'behind'],
        ['web3', 'canary', commits.canary, 'current'],
      ])
    } finally {
      prometheus.kill()
      await new Promise((resolve) => prometheus.once('exit', resolve))
      await Promise.all(agents.map((agent) => agent.close()))
      rmSync(folder, { recursive: true })
    }
  },
  120_000,
)
