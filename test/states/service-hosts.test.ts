import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spaceOf } from '../../lab/host.ts'
import { type Lab, placeOf, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { standardScript } from './script-services.ts'
import { callsBelow, changesOf, changingCalls, processCalls } from './traced.ts'

const residue = join(import.meta.dirname, '../../docs/spec/residue.md')
const snapshotProgram = join(import.meta.dirname, '../acceptance/snapshot')

const hosts = [
  { name: 'h1', init: 'openrc' },
  { name: 'h2', init: 'sysvinit' },
] as const

/** One script that both managers take, and a config without a word of either. */
describe.skipIf(process.getuid?.() !== 0)('one config on real hosts with OpenRC and with sysvinit', () => {
  let lab: Lab
  let site: ScratchSite
  const on = (host: string, command: string): Promise<string> =>
    tool(['ssh', '-F', lab.sshConfig, host, command], { timeoutMs: 60_000 })
  const both = (command: string): Promise<readonly string[]> =>
    Promise.all(hosts.map(async ({ name }) => (await on(name, command)).trim()))
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: {}, h2: {} },
  defaults: { ssh: { configFile: '${lab.sshConfig}' } },
  configure() {${body}
  },
})
`)
  const services = (conf: string, first = ':'): string => `
    r.file('/etc/init.d/app', { content: ${JSON.stringify(standardScript('app', 1000, first))}, mode: '0755' })
    const conf = r.file('/etc/app.conf', { content: '${conf}' })
    const running = r.service('app', { enabled: true, running: true, restartOn: conf })
    r.service('cron', { enabled: false, running: false })
    r.waitFor('app', { unit: 'app', timeout: 5, after: running })`
  const changes = async (...args: readonly string[]): Promise<readonly number[]> => {
    const ran = await site.hexis(['up', '--yes', '--json', ...args])
    expect(ran.status, ran.all).toBe(0)
    const report = JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')
    return hosts.map(({ name }) => report.hosts[name].changes)
  }
  const snapshot = async (): Promise<readonly string[]> => {
    await both('sync')
    const roots = hosts.map(({ name }) => lab.hosts.find((host) => host.name === name)?.root ?? '')
    return roots.map((root) =>
      execFileSync(snapshotProgram, [root, residue], { maxBuffer: 256 * 1024 * 1024 }).toString('utf8'),
    )
  }

  const listener = async (host: string): Promise<string> => {
    const pids = (await tool(['ip', 'netns', 'pids', spaceOf(placeOf(lab.name), host)])).trim().split('\n')
    return pids.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('[listener]')) ?? ''
  }

  /** What the runtime and its children do meanwhile on both hosts, traced from their sshd down. */
  const traced = async (work: () => Promise<unknown>) => {
    const log = join(site.folder, 'trace')
    const calls = `trace=${changingCalls},${processCalls},?unshare`
    const processes = (await Promise.all(hosts.map(({ name }) => listener(name)))).flatMap((pid) => ['-p', pid])
    const argv = ['-f', '-qq', '-s', '4096', '--decode-pids=pidns', '-e', calls, '-o', log, ...processes]
    const strace: ChildProcess = spawn('strace', argv, { stdio: 'ignore' })
    const ended = new Promise((resolve) => strace.on('close', resolve))
    await sleep(500)
    try {
      await work()
      await sleep(300)
    } finally {
      strace.kill('SIGINT')
      await ended
    }
    return callsBelow(readFileSync(log, 'utf8'), /^execve\("\/bin\/sh", \["\/bin\/sh", "-c"/)
  }

  beforeAll(async () => {
    lab = await startLab(2, { name: `services${process.pid}`, systems: hosts.map(({ init }) => init) })
    site = scratchSite()
  }, 600_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  let before: readonly string[] = []

  test('converges, and the second run changes nothing', async () => {
    before = await snapshot()
    configure(services('one'))
    expect(await changes()).toEqual([5, 5])
    expect(await both('/etc/init.d/app status; /etc/init.d/cron status || :')).toEqual([
      expect.stringMatching(/app is running\.\ncron is not running/),
      expect.stringMatching(/app is running\.\ncron is not running/),
    ])
    expect(await changes()).toEqual([0, 0])
  })

  test('says what manages services, and refuses at once what only systemd has', async () => {
    const facts = await site.hexis(['facts', '--json'])
    const report = JSON.parse(facts.out)
    expect(hosts.map(({ name }) => (report.hosts[name].facts ?? report.hosts[name]).init)).toEqual(
      hosts.map(({ init }) => init),
    )
    configure(`
    r.service('cron', { masked: true })
    r.unit('app', { content: '[Service]\\nExecStart=/bin/true\\n' })`)
    const plan = await site.hexis(['plan'])
    expect(plan.status).toBe(1)
    for (const { init } of hosts) expect(plan.all).toContain(`service 'cron': ${init} cannot mask a service`)
    expect(plan.all).toContain("unit 'app': its host has openrc instead of systemd")
  })

  test('restarts what is to restart, and drift is seen', async () => {
    const first = await both('cat /run/app.pid')
    configure(services('two'))
    expect(await changes()).toEqual([2, 2])
    const second = await both('cat /run/app.pid; /etc/init.d/app status')
    for (const [at, pid] of first.entries()) expect(second[at]).not.toContain(pid)
    await both('/etc/init.d/app stop')
    expect((await site.hexis(['drift'])).status).not.toBe(0)
    expect(await changes()).toEqual([2, 2])
  })

  test('a plan opens nothing for writing', async () => {
    configure(services('three'))
    let status: number | undefined
    const calls = await traced(async () => {
      status = (await site.hexis(['plan'])).status
    })
    expect(status).toBe(0)
    // The scripts were asked, in a place of their own where all is read-only.
    const asked = calls.filter(({ text }) => /^execve\(.*"\/etc\/init\.d\/\w+", "status"\]/.test(text))
    expect(asked.length).toBeGreaterThanOrEqual(4)
    expect(calls.filter(({ text }) => text.startsWith('unshare(CLONE_NEWNS'))).toHaveLength(2)
    const still =
      /^unshare|^mount\((?:"none", "\/", NULL, MS_REC\|MS_(?:PRIVATE|SLAVE)|.*MS_RDONLY|"tmpfs", "\/tmp", "tmpfs")/
    expect(changesOf(calls).filter((text) => !still.test(text))).toEqual([])
  })

  test('a run that is killed while a service starts is undone', async () => {
    const kill =
      '[ -e /etc/killed ] || { echo >/etc/killed; kill -9 $(grep -la "^HX_MARK=\\|/var/lib/hexis/runtime" /proc/[0-9]*/cmdline | cut -d / -f 3); }'
    const rows = services('four', kill)
      .replaceAll('app', 'late')
      .replace(/.*cron.*\n/, '')
    configure(services('two') + rows.replaceAll(/\b(conf|running)\b(?=[ ,]*[=}])/g, '$1Late'))
    const ran = await site.hexis(['up', '--yes', '--on', 'h1,h2'])
    expect(ran.status).not.toBe(0)
    const recovered = await site.hexis(['recover'])
    expect(recovered.status, recovered.all).toBe(0)
    expect(
      await both(
        'ls /etc/init.d/late /etc/late.conf /run/late.pid 2>/dev/null; ls -d /etc/rc?.d/*late /etc/runlevels/*/late 2>/dev/null || :',
      ),
    ).toEqual(['', ''])
    expect(await changes()).toEqual([4, 4])
    expect(await both('/etc/init.d/late status')).toEqual(['late is running.', 'late is running.'])
  })

  test('a rollback to nothing leaves the tree of before, and what ran runs', async () => {
    await both('rm /etc/killed')
    const back = await Promise.all(
      hosts.map(({ name }) => site.hexis(['rollback', '--on', name, '--to', '0', '--yes'])),
    )
    for (const one of back) expect(one.status, one.all).toBe(0)
    expect(await snapshot()).toEqual(before)
    expect(await both('/etc/init.d/cron status; pgrep -x sleep || :')).toEqual(['cron is running.', 'cron is running.'])
  })
})
