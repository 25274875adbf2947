import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, type LabHost, startLab } from '../../lab/lab.ts'
import type { AgentRecord } from '../../src/agent/state/state.ts'
import { ownEnvironment, runProcess } from '../../src/process/run.ts'
import { bringGit } from '../states/bring-git.ts'
import { until } from './pulling.ts'

const repository = join(import.meta.dirname, '../..')
const hexis = '/opt/hexis/node /opt/hexis/src/cli/main.ts'
const unitFile = readFileSync(join(repository, 'package/debian/hexis-agent.service'), 'utf8')

/** This checkout and its Node, where the package would put one file. */
const bringHexis = (root: string): void => {
  const to = join(root, 'opt/hexis')
  mkdirSync(to, { recursive: true })
  cpSync(process.execPath, join(to, 'node'))
  for (const path of ['src', 'package.json', 'tsconfig.json'])
    cpSync(join(repository, path), join(to, path), { recursive: true })
  const { dependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    dependencies: object
  }
  const all = execFileSync('ls', [join(repository, 'node_modules/@noble')], { encoding: 'utf8' })
    .trim()
    .split('\n')
  for (const name of [
    ...Object.keys(dependencies),
    ...all.map((one) => `@noble/${one}`),
    '@scure/base',
    '@clack/core',
    'sisteransi',
    'fast-wrap-ansi',
    'fast-string-width',
    'fast-string-truncated-width',
    'picocolors',
  ])
    try {
      cpSync(join(repository, 'node_modules', name), join(to, 'node_modules', name), { recursive: true })
    } catch {
      // What another version of a package needs is not there now.
    }
  const unit = join(root, 'etc/systemd/system/hexis-agent.service')
  mkdirSync(dirname(unit), { recursive: true })
  writeFileSync(unit, unitFile.replaceAll('/usr/bin/hexis', hexis).replace('RestartSec=5s', 'RestartSec=200ms'))
}

const settings = {
  repository: '/srv/repo',
  host: 'h1',
  interval: '1h',
  jitter: '1ms',
  irreversible: ['exec:slow*', 'exec:migrate'],
}

const unit = (name: string, start: string): string =>
  `r.unit('${name}.service', { sections: { Service: { ExecStart: ${JSON.stringify(start)}, Restart: 'no' } } })`
const running = (name: string): string => `r.service('${name}', { running: true })`
const restarted = (program: string): string =>
  `r.unit('app.service', { sections: { Service: { ExecStart: ${JSON.stringify(program)}, Restart: 'no' } },
    onChange: r.restart('app') })
${running('app')}
r.health('app', { unit: 'app', grace: '10s' })`
const app = restarted('/bin/sleep 100000')
/** Counts how often it ran, and says that it has begun. */
const slow = (name: string, seconds: number): string =>
  `r.exec('slow-${name}', { command: 'echo x >>/srv/${name}; sleep ${seconds}', unless: 'test -e /srv/${name}' })`

describe.skipIf(process.getuid?.() !== 0)('an agent on a host', { timeout: 120_000 }, () => {
  let lab: Lab
  let host: LabHost
  const tryOn = (command: string) =>
    runProcess(['ssh', '-F', lab.sshConfig, '-o', 'ConnectTimeout=5', 'h1', command], {
      timeoutMs: 60_000,
      limitBytes: 2 ** 22,
    })
  const on = async (command: string): Promise<string> => {
    const { status, stdout, stderr } = await tryOn(command)
    if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`)
    return stdout.toString('utf8')
  }
  const git = (...args: readonly string[]): string => {
    const env = { ...ownEnvironment(), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
    const all = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'safe.directory=*', ...args]
    return execFileSync('git', all, { cwd: join(host.root, 'srv/repo'), env, encoding: 'utf8' }).trim()
  }
  const commit = (configure: string): string => {
    const text = `import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({ id: 'host', hosts: { h1: { address: '203.0.113.9' } }, configure() {
${configure}
} })
`
    writeFileSync(join(host.root, 'srv/repo/site.ts'), text)
    git('add', '--all')
    git('commit', '--quiet', '--message=x')
    return git('rev-parse', 'HEAD')
  }
  const ask = async (verb: string): Promise<AgentRecord> =>
    JSON.parse((await tryOn(`${hexis} agent ${verb} --json`)).stdout.toString('utf8')) as AgentRecord
  const record = (): AgentRecord =>
    JSON.parse(readFileSync(join(host.root, 'var/lib/hexis/agent/state.json'), 'utf8')) as AgentRecord
  const begun = (name: string): Promise<void> =>
    until(`the slow step ${name} begins`, async () => (await tryOn(`test -s /srv/${name}`)).status === 0, 60_000)
  const inForce = async (wanted: string): Promise<void> => {
    const file = join(host.root, 'var/lib/hexis/agent/state.json')
    const isSo = (): boolean => existsSync(file) && record().good === wanted && record().state === 'ok'
    await until('the commit is in force', isSo, 60_000).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await tryOn('journalctl -u hexis-agent --no-pager -n 40')).stdout}`)
    })
  }

  beforeAll(async () => {
    lab = await startLab(1, {
      name: `agent${process.pid}`,
      prepare: ({ root }) => {
        bringGit(root)
        bringHexis(root)
      },
    })
    const [one] = lab.hosts
    if (one === undefined) throw new Error('a lab of one host has one')
    host = one
    mkdirSync(join(host.root, 'srv/repo'))
    mkdirSync(join(host.root, 'etc/hexis'))
    git('init', '--quiet', '--initial-branch=main')
    writeFileSync(join(host.root, 'etc/hexis/agent.json'), JSON.stringify(settings))
    const first = commit(app)
    await on('systemctl daemon-reload && systemctl start hexis-agent')
    await inForce(first)
  }, 300_000)
  afterAll(() => lab?.stop())

  test('the machine is worked on from within, as its own address is nowhere', async () => {
    expect(await on('systemctl is-active app')).toBe('active\n')
    expect(await ask('status')).toMatchObject({ state: 'ok', health: [{ name: 'app', ok: true }] })
  })

  test('a unit that does not come up, or dies after its start: the host has its old one again, and the reason is said', async () => {
    const { good } = record()
    const failing = commit(`${app}\n${unit('bad', '/bin/false')}\n${running('bad')}`)
    expect(await ask('pull')).toMatchObject({ state: 'bad-commit', commit: good, good, bad: [{ commit: failing }] })
    expect(record().bad[0]).toMatchObject({
      stage: expect.stringMatching(/apply|health/),
      because: expect.stringContaining('bad'),
    })
    const dying = commit(restarted("/bin/sh -c 'sleep 1; exit 3'"))
    expect(await ask('pull')).toMatchObject({
      state: 'bad-commit',
      commit: good,
      bad: [{ commit: failing }, { commit: dying, because: expect.stringContaining('app') }],
    })
    expect(await on('systemctl is-active app')).toBe('active\n')
    expect(await on('test ! -e /etc/systemd/system/bad.service && systemctl show -p ExecStart app')).toContain(
      'sleep 100000',
    )
  })

  test('the agent is killed while it applies: the host finishes by itself, once', async () => {
    const next = commit(`${app}\n${slow('killed', 3)}`)
    const pulled = ask('pull').catch(() => undefined)
    await begun('killed')
    await on('systemctl kill --signal=KILL --kill-whom=main hexis-agent')
    await pulled
    await inForce(next)
    expect(await on('cat /srv/killed')).toBe('x\n')
  })

  test('a restart of the agent does not end a transaction', async () => {
    const next = commit(`${app}\n${slow('killed', 3)}\n${slow('restarted', 4)}`)
    const pulled = ask('pull').catch(() => undefined)
    await begun('restarted')
    await on('systemctl restart hexis-agent')
    await pulled
    await inForce(next)
    expect(await on('cat /srv/restarted')).toBe('x\n')
    expect(await on('journalctl -u hexis-agent --no-pager | grep -c "Failed with result .timeout" || :')).toBe('0\n')
  })

  test('the power goes while it applies: after the boot it ends up on the commit', async () => {
    const next = commit(
      `${app}\n${slow('killed', 3)}\n${slow('restarted', 4)}\nr.file('/srv/f', { content: 'f' })\n${slow('cut', 15)}`,
    )
    await on('systemctl enable --quiet hexis-agent; sync')
    ask('pull').catch(() => undefined)
    await begun('cut')
    await lab.kill('h1')
    await lab.boot('h1')
    await inForce(next)
    expect(readFileSync(join(host.root, 'srv/f'), 'utf8')).toBe('f')
  })

  test('what cannot be taken back has to be named; a way back across it stops, and a person lets it go on', async () => {
    const base = `${app}\nr.file('/srv/f', { content: 'f' })`
    const good = commit(base)
    expect(await ask('pull')).toMatchObject({ state: 'ok', good })
    const unnamed = commit(`${base}\nr.exec('wipe', { command: 'touch /srv/wiped', creates: '/srv/wiped' })`)
    expect(await ask('pull')).toMatchObject({ state: 'bad-commit', commit: good, bad: expect.anything() })
    expect(record().bad.at(-1)).toMatchObject({
      commit: unnamed,
      stage: 'plan',
      because: expect.stringContaining('exec:wipe'),
    })
    const crossed = commit(`${base}
      r.exec('migrate', { command: 'touch /srv/migrated', creates: '/srv/migrated' })
      r.health('never', { file: '/srv/never', grace: '1s' })`)
    expect(await ask('pull')).toMatchObject({ state: 'broken', because: expect.stringContaining('exec:migrate') })
    expect(record().bad.at(-1)).toMatchObject({ commit: crossed, stage: 'health' })
    const mended = commit(`${base}\nr.exec('migrate', { command: 'touch /srv/migrated', creates: '/srv/migrated' })`)
    expect(await ask('pull')).toMatchObject({ state: 'broken' })
    await ask('unfreeze')
    await inForce(mended)
  })

  test('its own settings come from the repository too: it is restarted by its own transaction, and goes on', async () => {
    const content = JSON.stringify(JSON.stringify({ ...settings, metrics: { listen: '127.0.0.1:9470' } }))
    const next = commit(`${app}
      r.file('/etc/hexis/agent.json', { content: ${content}, onChange: r.restart('hexis-agent') })`)
    ask('pull').catch(() => undefined)
    await inForce(next)
    const asked = `exec 3<>/dev/tcp/127.0.0.1/9470; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`
    expect(await on(`bash -c ${JSON.stringify(asked)}`)).toContain(`commit="${next}"`)
  })

  test('an upgrade that does not come up again is taken back to the earlier executable', async () => {
    const before = record().good
    const pid = (await on('systemctl show -p MainPID --value hexis-agent')).trim()
    const bad = commit(`${app}
      const next = r.file('/opt/next', { content: '#!/bin/sh\\necho cannot run here >&2; exit 1\\n', mode: '0755' })
      const how = r.unit('hexis-agent.service', { dropIn: 'next', sections: { Service: { ExecStart: ['', '/opt/next agent run'] } } })
      r.service('hexis-agent', { running: true, restartOn: [next, how] })`)
    ask('pull').catch(() => undefined)
    const isBad = (): boolean => record().bad.some((one) => one.commit === bad && one.stage === 'apply')
    await until('the commit is bad', isBad, 150_000).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await tryOn('journalctl -u hexis-agent --no-pager -n 40')).stdout}`)
    })
    await until('the agent has gone on', () => record().state === 'bad-commit' && record().commit === before, 60_000)
    expect(record().bad.at(-1)?.because).toMatch(/hexis-agent\.service/)
    expect(await on('ls /opt /etc/systemd/system')).not.toContain('next')
    expect(await on('systemctl is-active hexis-agent')).toBe('active\n')
    expect((await on('systemctl show -p MainPID --value hexis-agent')).trim()).not.toBe(pid)
    expect((await ask('status')).good).toBe(before)
  })
})
