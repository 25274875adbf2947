import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spaceOf } from '../../lab/host.ts'
import { placeOf } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { builtinKinds } from '../../src/states/index.ts'
import { type Bench, canStart, type Site, startBench } from '../faults/bench.ts'
import { scratchSite } from '../scratch-site.ts'
import { bringGit } from './bring-git.ts'
import { publish } from './repository.ts'
import { Root } from './root.ts'
import { callsBelow, changesOf, changingCalls, processCalls } from './traced.ts'

/** Commits of a repository on the host. */
const commits = { first: '', second: '' }

/** Something of every kind of state, some of it there already; contents to be compared, one secret, one probe. */
const everyKind = (content: 'first' | 'second'): string => `
r.directory('/srv/seen', { mode: '0750' })
r.file('/srv/seen/a b', { content: '${content}' })
r.file('/etc/hosts', { content: '127.0.0.1 localhost # ${content}\\n' })
r.file('/srv/seen/secret', { content: text\`k=\${secret.env('SEEN')}\`, mode: '0600' })
r.link('/srv/seen/link', { target: '${content}' })
r.line('/etc/environment', { id: 'seen', line: 'SEEN=${content}' })
r.group('seen', {})
r.user('seen', { group: 'seen', comment: '${content}' })
r.pkg(['bash', 'hexis-tool-a'${content === 'first' ? '' : ", 'hexis-hello'"}])
const ssh = r.service('ssh', { running: true, enabled: true })
r.swap('/none', { absent: true })
r.container('none', { absent: true })
r.mount('/srv/scratch', { device: 'tmpfs', type: 'tmpfs', options: ['${content === 'first' ? 'nosuid' : 'noexec'}'] })
r.waitFor('ssh', { port: 22, after: ssh })
r.certificate('seen', { path: '/srv/seen.crt', names: ['seen.${content}'] })
r.reboot('never', { when: 'changed', after: r.file('/srv/seen/boot', { content: 'same' }) })
r.hostname('${content}')
r.postgresRole('seen', { absent: true })
r.mysqlUser('seen', { absent: true })
r.kernelModule('overlay')
r.git('/srv/checkout', { repo: '/srv/origin', ref: '${commits[content]}' })
r.sysctl('net.ipv4.ip_forward', { value: ${content === 'first' ? 0 : 1} })
r.alternatives('pager', { path: '/bin/more' })
r.divert('/usr/bin/seen')
r.debconf('seen/answer', { package: 'seen', value: '${content}' })
r.exec('seen', { command: 'touch /srv/ran', unless: 'test -e /srv/ran', undo: 'rm /srv/ran' })`

describe.skipIf(!canStart)('analysis on a real host, traced from its sshd down', () => {
  let bench: Bench
  let site: Site

  const listener = async (): Promise<number> => {
    const pids = (await tool(['ip', 'netns', 'pids', spaceOf(placeOf(bench.lab.name), 'h1')])).trim().split('\n')
    const found = pids.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('[listener]'))
    return Number(found)
  }

  /** Runs the work while every process that sshd starts is traced; what the runtime and its children did. */
  const traced = async (work: () => Promise<unknown>) => {
    const log = join(site.folder, 'trace')
    const calls = `trace=${changingCalls},${processCalls}`
    const argv = [
      '-f',
      '-qq',
      '-s',
      '4096',
      '--decode-pids=pidns',
      '-e',
      calls,
      '-o',
      log,
      '-p',
      String(await listener()),
    ]
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

  const configure = (content: 'first' | 'second'): void => {
    site.configure(everyKind(content))
    site.write(readFileSync(join(site.folder, 'site.ts'), 'utf8').replace('defineSite }', 'defineSite, secret, text }'))
  }
  const env = { SEEN: 'Zx9-seen-nowhere' }

  beforeAll(async () => {
    bench = await startBench(1)
    site = bench.site('')
    // A container sees nothing of the kernel's modules but this list.
    await bench.on('h1', 'd=/lib/modules/$(uname -r); mkdir -p $d; echo kernel/overlay.ko >$d/modules.builtin')
    bringGit(bench.lab.hosts[0]?.root ?? '')
    const commit = `git -C /srv/origin -c user.name=t -c user.email=t@t commit -q --allow-empty -m x`
    const head = 'git -C /srv/origin rev-parse HEAD'
    commits.first = (await bench.on('h1', `git init -q /srv/origin; ${commit}; ${head}`)).trim()
    commits.second = (await bench.on('h1', `${commit}; ${head}`)).trim()
    // It is as declared from the start, so that nothing is due to reboot.
    await bench.on('h1', 'mkdir /srv/seen; printf same >/srv/seen/boot')
    configure('first')
    const up = await site.hexis(['up', '--yes'], { env })
    expect(up.status, up.all).toBe(0)
    configure('second')
  }, 600_000)
  afterAll(() => bench?.stop())

  test('the config has something of every kind', async () => {
    const ledger = await bench.on('h1', 'cut -f 1 /var/lib/hexis/sites/*/ledger')
    const kinds = new Set(ledger.split('\n').map((key) => key.split(':')[0] ?? ''))
    // No host of the lab has SELinux: what its kind reads is only seen by stand-ins (selinux.test.ts).
    for (const name of builtinKinds.byName.keys()) if (name !== 'selinux') expect(kinds).toContain(name)
  })

  test('the trace sees changes where there are some', async () => {
    const calls = await traced(() => site.hexis(['run', '--', 'touch', '/srv/traced']))
    expect(changesOf(calls).join('\n')).toContain('/srv/traced')
  })

  test.each([['plan'], ['drift'], ['facts'], ['log', 'h1'], ['explain', 'h1', 'path:/etc/hosts']])(
    'hexis %s opens nothing for writing',
    async (...argv) => {
      let status: number | undefined
      const calls = await traced(async () => {
        const ran = await site.hexis(argv.filter(Boolean), { env, timeoutMs: 220_000 })
        status = ran.status
      })
      expect([0, 5]).toContain(status)
      expect(calls.filter((call) => call.text.startsWith('execve(')).length).toBeGreaterThan(5)
      expect(changesOf(calls)).toEqual([])
    },
    240_000,
  )

  test('plan, drift and facts work where everything is read-only', async () => {
    const root = new Root()
    publish(root, [{ name: 'hexis-tool-a', fields: { Depends: 'hexis-conf' } }, { name: 'hexis-conf' }])
    const [, folder] = root.enter()
    const still = join(root.folder, 'still')
    mkdirSync(still)
    await tool(['mount', '--rbind', folder ?? '', still])
    await tool(['mount', '-o', 'remount,bind,ro', still])
    const frozen = scratchSite()
    try {
      frozen.write(`import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({ id: 'still', hosts: { h: { connection: 'chroot', root: '${still}' } }, configure() {
r.file('/etc/hosts', { content: 'changed' })
r.user('seen', { comment: 'x' })
r.pkg('hexis-tool-a')
} })
`)
      const plan = await frozen.hexis(['plan', '--json'])
      expect(plan.status, plan.all).toBe(0)
      expect(JSON.parse(plan.out).hosts.h).toMatchObject({
        changes: [{}, {}, { key: 'package:hexis-tool-a' }],
        packages: { along: [{ action: 'install', name: 'hexis-conf', to: '1.0' }], unknown: [] },
      })
      for (const verb of ['drift', 'facts']) expect((await frozen.hexis([verb])).status).toBe(0)
      expect((await frozen.hexis(['up', '--yes'])).all).toContain('error[read-only]')
    } finally {
      frozen.dispose()
      await tool(['umount', '-lR', still])
      root.dispose()
    }
  })
})
