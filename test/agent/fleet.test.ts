import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProcess } from '../../src/process/run.ts'
import { Fleet, metricsPort } from './fleet.ts'
import { until } from './pulling.ts'

/** Ten for the whole demonstration; fewer show the same. */
const agents = Number(process.env.HEXIS_FLEET_AGENTS ?? 3)
const canaries = 2
const waitMs = 120_000

const serving = (start: string): string => `
    unit('app.service', { sections: { Service: { ExecStart: '${start}', Restart: 'no' }, Install: { WantedBy: 'multi-user.target' } } })
    service('app', { running: true, restartOn: ['unit:app.service'] })`

describe.skipIf(process.getuid?.() !== 0)(`a fleet of ${agents} agents`, { timeout: 300_000 }, () => {
  let fleet: Fleet
  const isCanary = (name: string): boolean => fleet.isCanary(name)
  const rootOf = (name: string): string => fleet.rootOf(name)
  beforeAll(async () => {
    fleet = await Fleet.start({ agents, canaries })
  }, 600_000)
  afterAll(() => fleet?.stop())

  let first: string
  test('is installed over ssh, and every host comes to the commit of its branch by itself', async () => {
    first = fleet.commit(serving('/bin/sleep 100000'), 'main')
    fleet.git('push', '--quiet', 'origin', 'main:canary')
    const installed = await fleet.install('2s')
    for (const ran of installed) expect(ran.status, ran.all).toBe(0)
    await fleet.all(
      'all are on the first commit of their branch',
      (record, name) =>
        record.state === 'ok' && record.commit === first && record.branch === (isCanary(name) ? 'canary' : 'main'),
    )
    const shown = await fleet.hexis(['fleet', 'status'])
    expect(shown.status, shown.all).toBe(0)
    expect(shown.out).toMatch(new RegExp(`^h1 +canary +${first.slice(0, 12)} +ok +no`, 'm'))
    expect(shown.out).toContain(`main ${first.slice(0, 12)}: ${agents - canaries} host`)
  })

  test('canaries whose unit fails go back by themselves and say why; nothing is promoted, main is untouched', async () => {
    const bad = fleet.commit(serving('/bin/false'), 'canary')
    await fleet.all('the canaries are back', (record, name) =>
      isCanary(name)
        ? record.state === 'bad-commit' && record.commit === first && record.upstream === bad
        : record.state === 'ok' && record.commit === first,
    )
    const why = [...fleet.records()].flatMap(([name, record]) => (isCanary(name) ? [record?.because] : []))
    for (const because of why) expect(because).toMatch(/app\.service/)
    for (const name of fleet.names)
      expect(readFileSync(join(rootOf(name), 'etc/systemd/system/app.service'), 'utf8')).toContain('sleep')
    const promoted = await fleet.hexis(['fleet', 'promote', 'canary', '--soak', '1s', '--yes'])
    expect(promoted.status, promoted.all).toBe(3)
    expect(promoted.err).toMatch(/not-promoted.*h[12] is bad-commit/)
    expect(fleet.git('ls-remote', 'origin', 'refs/heads/main')).toContain(first)
  })

  test('one query of a real Prometheus says who is on which commit, and who is behind', async () => {
    const folder = join(fleet.site.folder, '.prometheus')
    mkdirSync(folder)
    const targets = fleet.lab.hosts.slice(0, agents).map(({ address }) => `${address}:${metricsPort}`)
    const scrape = [{ job_name: 'hexis', static_configs: [{ targets }] }]
    const settings = { global: { scrape_interval: '1s' }, scrape_configs: scrape }
    writeFileSync(join(folder, 'prometheus.yaml'), JSON.stringify(settings))
    const inside = ['nsenter', `--net=/run/netns/${fleet.lab.space}`] as const
    const listen = '127.0.0.1:9090'
    const prometheus = spawn(
      inside[0],
      [
        inside[1],
        'prometheus',
        `--config.file=${folder}/prometheus.yaml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=${listen}`,
      ],
      { stdio: 'ignore' },
    )
    try {
      const query = 'hexis_agent_behind_seconds * on (instance) group_left (host, commit) hexis_agent_info'
      const ask = async (): Promise<readonly string[]> => {
        const argv = [...inside, 'promtool', 'query', 'instant', `http://${listen}`, query] as const
        const { stdout } = await runProcess(argv, { timeoutMs: 10_000, limitBytes: 2 ** 20 })
        return [...stdout.toString('utf8').matchAll(/commit="(\w+)", host="(\w+)".*=> (\d+) @/g)]
          .map(([, on, host, behind]) => `${host} ${on} ${behind === '0' ? 'current' : 'behind'}`)
          .toSorted()
      }
      await until('all are scraped', async () => (await ask()).length === agents, 60_000)
      expect(await ask()).toEqual(
        fleet.names.map((name) => `${name} ${first} ${isCanary(name) ? 'behind' : 'current'}`).toSorted(),
      )
    } finally {
      prometheus.kill()
      await new Promise((resolve) => prometheus.once('exit', resolve))
      rmSync(folder, { recursive: true })
    }
  })

  let second: string
  test('a good canary is promoted once it was well for the soak time, and all follow', async () => {
    second = fleet.commit(serving('/bin/sleep 200000'), 'canary')
    const promoted = await fleet.hexis(['fleet', 'promote', 'canary', '--soak', '2s', '--wait', '120s', '--yes'])
    expect(promoted.status, promoted.all).toBe(0)
    await fleet.all('all are on the second commit', (record) => record.state === 'ok' && record.commit === second)
  })

  test('canaries that somebody gives up go back by a commit that follows', async () => {
    fleet.commit(`${serving('/bin/sleep 200000')}\n    file('/etc/only-canary', { content: 'x' })`, 'canary')
    await fleet.all('the canaries have it', (record, name) => !isCanary(name) || record.upstream === record.commit)
    const aborted = await fleet.hexis(['fleet', 'abort', 'canary', '--why', 'slow', '--yes'])
    expect(aborted.status, aborted.all).toBe(0)
    const back = fleet.git('ls-remote', 'origin', 'refs/heads/canary').slice(0, 40)
    await fleet.all(
      'the canaries are back',
      (record, name) => !isCanary(name) || (record.commit === back && record.state === 'ok'),
    )
    expect(fleet.git('diff', '--stat', second, back)).toBe('')
    for (const name of fleet.names) expect(existsSync(join(rootOf(name), 'etc/only-canary'))).toBe(false)
  })

  test('without the repository each goes on enforcing, and what was edited by hand comes back', async () => {
    await fleet.lab.cut(fleet.server.name)
    try {
      writeFileSync(join(rootOf('h1'), 'etc/motd'), 'by hand\n')
      const read = (): string => readFileSync(join(rootOf('h1'), 'etc/motd'), 'utf8')
      await until('the file is as declared', () => read() === 'held by hexis on h1\n', waitMs)
      // The record follows what it tells of.
      const isTold = (): boolean => {
        const { changes, failures } = fleet.records().get('h1') ?? { changes: {}, failures: {} }
        return (changes.drift ?? 0) > 0 && (failures.fetch ?? 0) > 0
      }
      await until('the agent tells of drift and of the repository', isTold, waitMs)
    } finally {
      await fleet.lab.join(fleet.server.name)
    }
    expect((await fleet.hexis(['log', 'h1', '--private', '--show', '/etc/motd'])).out).toContain('by hand')
  })

  test('a host that loses its power during an apply, and a commit that nobody signed', async () => {
    fleet.git('checkout', '--quiet', '-B', 'main', second)
    const slow = `${serving('/bin/sleep 200000')}
    exec('slow', { command: 'touch /run/begun; sleep 4; touch /var/lib/done', creates: '/var/lib/done', undo: 'rm -f /var/lib/done' })`
    const third = fleet.commit(slow, 'main')
    const last = fleet.names.at(-1) ?? ''
    const begun = async (): Promise<boolean> => (await fleet.on(last, 'test -e /run/begun')).status === 0
    await until('the slow step begins', begun, waitMs)
    await fleet.lab.kill(last)
    await fleet.lab.boot(last)
    await fleet.all(
      'all on main have it',
      (record, name) => isCanary(name) || (record.commit === third && record.state === 'ok'),
    )
    const unsigned = fleet.commit(`${slow}\n    file('/etc/evil', { content: 'x' })`, 'main', false)
    await fleet.all(
      'nobody on main trusts it',
      (record, name) =>
        isCanary(name) || (record.state === 'untrusted' && record.commit === third && record.upstream === unsigned),
    )
    expect((await fleet.hexis(['fleet', 'status'])).status).toBe(3)
  })

  test('is taken away again without a trace of itself', async () => {
    const ran = await fleet.hexis(['agent', 'uninstall', 'h1', '--yes'])
    expect(ran.status, ran.all).toBe(0)
    const look =
      'ls -d /usr/local/bin/hexis /etc/hexis /etc/systemd/system/hexis-agent.service /var/lib/hexis/agent /var/lib/hexis/sites/hexis-agent; systemctl is-active hexis-agent; cat /etc/motd'
    expect((await fleet.on('h1', look)).out).toBe('inactive\nheld by hexis on h1\n')
    const others = await fleet.hexis(['fleet', 'status', '--on', 'h1'])
    expect(others.out).toMatch(/h1 .*no agent/)
  })
})
