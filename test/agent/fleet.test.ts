import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Lab, type LabHost, startLab } from '../../lab/lab.ts'
import { type AgentRecord, agentRecord } from '../../src/agent/state/state.ts'
import { ownEnvironment, runProcess } from '../../src/process/run.ts'
import { dist, packaged } from '../package/packaged.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { bringGit } from '../states/bring-git.ts'
import { until } from './pulling.ts'

/** Ten for the whole demonstration; fewer show the same. */
const agents = Number(process.env.HEXIS_FLEET_AGENTS ?? 4)
const canaries = 2
const metricsPort = 9470
const waitMs = 120_000
const executable = join(dist, `hexis-linux-${process.arch}`)
const fleetSchema = z.object({
  hosts: z.record(z.string(), z.object({ is: z.string(), record: agentRecord.optional() })),
})

const serving = (start: string): string => `
    unit('app.service', { sections: { Service: { ExecStart: '${start}', Restart: 'no' }, Install: { WantedBy: 'multi-user.target' } } })
    service('app', { running: true, restartOn: ['unit:app.service'] })`

describe.skipIf(process.getuid?.() !== 0)(`a fleet of ${agents} agents`, { timeout: 300_000 }, () => {
  let lab: Lab
  let site: ScratchSite
  let names: readonly string[]
  const isCanary = (name: string): boolean => names.indexOf(name) < canaries
  const server = (): LabHost => {
    const last = lab.hosts.at(-1)
    if (last === undefined) throw new Error('a lab has hosts')
    return last
  }
  const rootOf = (name: string): string => lab.hosts.find((host) => host.name === name)?.root ?? '/nowhere'
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...args], {
      cwd: site.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...ownEnvironment(),
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        GIT_SSH_COMMAND: `ssh -F ${lab.sshConfig}`,
      },
    }).trim()
  const config = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { exec, file, health, service, unit } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: {
${names.map((name) => `    ${name}: { labels: { ring: '${isCanary(name) ? 'canary' : 'rest'}' } },`).join('\n')}
  },
  defaults: { ssh: { configFile: '${lab.sshConfig}' } },
  agent: { track: { branch: 'canary', on: 'ring=canary' } },
  configure(host) {
    file('/etc/motd', { content: \`held by hexis on \${host.name}\\n\` })${body}
  },
})
`)
  const commit = (body: string, branch: string, signed = true): string => {
    git('checkout', '--quiet', '-B', branch)
    config(body)
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', signed ? '-S' : '--no-gpg-sign', '--message=x')
    git('push', '--quiet', 'origin', branch)
    return git('rev-parse', 'HEAD')
  }
  const hexis = (args: readonly string[]) =>
    site.hexis(args, { timeoutMs: 240_000, env: { GIT_SSH_COMMAND: `ssh -F ${lab.sshConfig}` } })
  const fleet = async (): Promise<ReadonlyMap<string, AgentRecord | undefined>> => {
    const { hosts } = fleetSchema.parse(await site.json(['fleet', 'status']))
    return new Map(Object.entries(hosts).map(([name, { record }]) => [name, record]))
  }
  const all = (what: string, isSo: (record: AgentRecord, name: string) => boolean): Promise<void> =>
    until(
      what,
      async () => [...(await fleet())].every(([name, record]) => record !== undefined && isSo(record, name)),
      waitMs,
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await hexis(['fleet', 'status'])).all}`)
    })

  beforeAll(async () => {
    await packaged()
    lab = await startLab(agents + 1, {
      name: `fleet${process.pid}`,
      prepare: ({ root }) => {
        bringGit(root)
        for (const name of ['git-upload-pack', 'git-receive-pack']) symlinkSync('git', join(root, 'usr/bin', name))
      },
    })
    names = lab.hosts.slice(0, agents).map(({ name }) => name)
    site = scratchSite()
    // One key lets agents read the repository, another one signs what they may trust.
    for (const name of ['deploy', 'signer'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(site.folder, `.${name}`)])
    const repository = join(server().root, 'srv/site.git')
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository])
    const keys = join(server().root, 'root/.ssh/authorized_keys')
    writeFileSync(keys, `${readFileSync(keys, 'utf8')}${readFileSync(join(site.folder, '.deploy.pub'), 'utf8')}`)
    const hostKey = readFileSync(join(server().root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')
    for (const name of names) {
      const folder = join(rootOf(name), 'root/.ssh')
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      copyFileSync(join(site.folder, '.deploy'), join(folder, 'id_ed25519'))
      writeFileSync(join(folder, 'known_hosts'), `${server().address} ${hostKey}`)
    }
    writeFileSync(
      join(site.folder, '.signers'),
      `ops@example.org namespaces="git" ${readFileSync(join(site.folder, '.signer.pub'), 'utf8')}`,
    )
    writeFileSync(join(site.folder, '.gitignore'), '.*\npeak\n')
    git('init', '--quiet', '--initial-branch=main')
    for (const [name, value] of Object.entries({
      'user.name': 'ops',
      'user.email': 'ops@example.org',
      'gpg.format': 'ssh',
      'user.signingkey': join(site.folder, '.signer.pub'),
      'commit.gpgsign': 'true',
    }))
      git('config', name, value)
    git('remote', 'add', 'origin', `${server().name}:/srv/site.git`)
  }, 600_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  let first: string
  test('is installed over ssh, and every host comes to the commit of its branch by itself', async () => {
    first = commit(serving('/bin/sleep 100000'), 'main')
    git('push', '--quiet', 'origin', 'main:canary')
    const installed = await Promise.all(
      names.map((name) =>
        hexis([
          ...['agent', 'install', name, '--repo', `ssh://root@${server().address}/srv/site.git`, '--yes'],
          ...['--executable', executable, '--allowed-signers', '.signers', '--interval', '2s'],
          ...['--metrics', `0.0.0.0:${metricsPort}`, '--without-packages'],
        ]),
      ),
    )
    for (const ran of installed) expect(ran.status, ran.all).toBe(0)
    await all(
      'all are on the first commit of their branch',
      (record, name) =>
        record.state === 'ok' && record.commit === first && record.branch === (isCanary(name) ? 'canary' : 'main'),
    )
    const shown = await hexis(['fleet', 'status'])
    expect(shown.status, shown.all).toBe(0)
    expect(shown.out).toMatch(new RegExp(`^h1 +canary +${first.slice(0, 12)} +ok +no`, 'm'))
    expect(shown.out).toContain(`main ${first.slice(0, 12)}: ${agents - canaries} host`)
  })

  test('canaries whose unit fails go back by themselves and say why; nothing is promoted, main is untouched', async () => {
    const bad = commit(serving('/bin/false'), 'canary')
    await all('the canaries are back', (record, name) =>
      isCanary(name)
        ? record.state === 'bad-commit' && record.commit === first && record.upstream === bad
        : record.state === 'ok' && record.commit === first,
    )
    const why = [...(await fleet())].flatMap(([name, record]) => (isCanary(name) ? [record?.because] : []))
    for (const because of why) expect(because).toMatch(/app\.service/)
    for (const name of names)
      expect(readFileSync(join(rootOf(name), 'etc/systemd/system/app.service'), 'utf8')).toContain('sleep')
    const promoted = await hexis(['fleet', 'promote', 'canary', '--soak', '1s', '--yes'])
    expect(promoted.status, promoted.all).toBe(3)
    expect(promoted.err).toMatch(/not-promoted.*h[12] is bad-commit/)
    expect(git('ls-remote', 'origin', 'refs/heads/main')).toContain(first)
  })

  test('one query of a real Prometheus says who is on which commit, and who is behind', async () => {
    const folder = join(site.folder, '.prometheus')
    mkdirSync(folder)
    const targets = lab.hosts.slice(0, agents).map(({ address }) => `${address}:${metricsPort}`)
    const scrape = [{ job_name: 'hexis', static_configs: [{ targets }] }]
    const settings = { global: { scrape_interval: '1s' }, scrape_configs: scrape }
    writeFileSync(join(folder, 'prometheus.yaml'), JSON.stringify(settings))
    const inside = ['nsenter', `--net=/run/netns/${lab.space}`] as const
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
        names.map((name) => `${name} ${first} ${isCanary(name) ? 'behind' : 'current'}`).toSorted(),
      )
    } finally {
      prometheus.kill()
      await new Promise((resolve) => prometheus.once('exit', resolve))
      rmSync(folder, { recursive: true })
    }
  })

  let second: string
  test('a good canary is promoted once it was well for the soak time, and all follow', async () => {
    second = commit(serving('/bin/sleep 200000'), 'canary')
    const promoted = await hexis(['fleet', 'promote', 'canary', '--soak', '2s', '--wait', '120s', '--yes'])
    expect(promoted.status, promoted.all).toBe(0)
    await all('all are on the second commit', (record) => record.state === 'ok' && record.commit === second)
  })

  test('canaries that somebody gives up go back by a commit that follows', async () => {
    commit(`${serving('/bin/sleep 200000')}\n    file('/etc/only-canary', { content: 'x' })`, 'canary')
    await all('the canaries have it', (record, name) => !isCanary(name) || record.upstream === record.commit)
    const aborted = await hexis(['fleet', 'abort', 'canary', '--why', 'slow', '--yes'])
    expect(aborted.status, aborted.all).toBe(0)
    const back = git('ls-remote', 'origin', 'refs/heads/canary').slice(0, 40)
    await all(
      'the canaries are back',
      (record, name) => !isCanary(name) || (record.commit === back && record.state === 'ok'),
    )
    expect(git('diff', '--stat', second, back)).toBe('')
    const left = await Promise.all(
      names.map((name) =>
        runProcess(['test', '-e', join(rootOf(name), 'etc/only-canary')], { timeoutMs: 5000, limitBytes: 10 }),
      ),
    )
    expect(left.map(({ status }) => status)).toEqual(names.map(() => 1))
  })

  test('without the repository each goes on enforcing, and what was edited by hand comes back', async () => {
    await lab.cut(server().name)
    try {
      writeFileSync(join(rootOf('h1'), 'etc/motd'), 'by hand\n')
      const read = (): string => readFileSync(join(rootOf('h1'), 'etc/motd'), 'utf8')
      await until('the file is as declared', () => read() === 'held by hexis on h1\n', waitMs)
      const h1 = (await fleet()).get('h1')
      expect(h1?.changes.drift ?? 0).toBeGreaterThan(0)
      expect(h1?.failures.fetch ?? 0).toBeGreaterThan(0)
    } finally {
      await lab.join(server().name)
    }
    expect((await hexis(['log', 'h1', '--private', '--show', '/etc/motd'])).out).toContain('by hand')
  })

  test('a host that loses its power during an apply, and a commit that nobody signed', async () => {
    git('checkout', '--quiet', '-B', 'main', second)
    const slow = `${serving('/bin/sleep 200000')}
    exec('slow', { command: 'touch /run/begun; sleep 4; touch /var/lib/done', creates: '/var/lib/done', undo: 'rm -f /var/lib/done' })`
    const third = commit(slow, 'main')
    const last = names.at(-1) ?? ''
    const begun = async (): Promise<boolean> =>
      (
        await runProcess(['ssh', '-F', lab.sshConfig, last, 'test -e /run/begun'], {
          timeoutMs: 10_000,
          limitBytes: 10,
        })
      ).status === 0
    await until('the slow step begins', begun, waitMs)
    await lab.kill(last)
    await lab.boot(last)
    await all(
      'all on main have it',
      (record, name) => isCanary(name) || (record.commit === third && record.state === 'ok'),
    )
    const unsigned = commit(`${slow}\n    file('/etc/evil', { content: 'x' })`, 'main', false)
    await all(
      'nobody on main trusts it',
      (record, name) =>
        isCanary(name) || (record.state === 'untrusted' && record.commit === third && record.upstream === unsigned),
    )
    expect((await hexis(['fleet', 'status'])).status).toBe(3)
  })

  test('is taken away again without a trace of itself', async () => {
    const ran = await hexis(['agent', 'uninstall', 'h1', '--yes'])
    expect(ran.status, ran.all).toBe(0)
    const look =
      'ls -d /usr/local/bin/hexis /etc/hexis /etc/systemd/system/hexis-agent.service /var/lib/hexis/agent /var/lib/hexis/sites/hexis-agent; systemctl is-active hexis-agent; cat /etc/motd'
    const { stdout } = await runProcess(['ssh', '-F', lab.sshConfig, 'h1', look], {
      timeoutMs: 10_000,
      limitBytes: 2 ** 16,
    })
    expect(stdout.toString('utf8')).toBe('inactive\nheld by hexis on h1\n')
    const others = await hexis(['fleet', 'status', '--on', 'h1'])
    expect(others.out).toMatch(/h1 .*no agent/)
  })
})
