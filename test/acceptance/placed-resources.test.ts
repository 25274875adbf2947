import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'
import { bringGit } from '../states/bring-git.ts'

const residue = join(import.meta.dirname, '../../docs/spec/residue.md')

describe.skipIf(process.getuid?.() !== 0)('git, archive, mount and waitFor on a host with systemd', () => {
  let lab: Lab
  let site: ScratchSite
  let before: readonly string[]
  const commits = { first: '', second: '' }

  const on = (command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, 'h1', command])
  const snapshot = async (): Promise<readonly string[]> => {
    await on('sync')
    const text = execFileSync(join(import.meta.dirname, 'snapshot'), [lab.hosts[0]?.root ?? '', residue], {
      maxBuffer: 256 * 1024 * 1024,
    })
    return text.toString('utf8').split('\n')
  }
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {${body}
  },
})
`)
  const declared = (commit: string, word = 'one', size = '8m'): string => `
    r.user('app', { home: '/srv/app' })
    r.directory('/srv/app', { owner: 'app', mode: '0755' })
    r.git('/srv/app', { repo: '/srv/origin', ref: '${commit}', force: true })
    r.file('/srv/app/.env', { content: 'A=1\\n' })
    r.archive('/opt/tool', { source: './tool.tgz', strip: 1, owner: 'root', group: 'root' })
    r.mount('/srv/scratch', { device: 'tmpfs', type: 'tmpfs', options: ['size=${size}', 'nosuid', 'mode=750'] })
    const inside = r.file('/srv/scratch/word', { content: '${word}' })
    const web = r.unit('web.service', { sections: { Service: {
      ExecStartPre: '/bin/rm -f /run/web',
      ExecStart: "/bin/sh -c 'sleep 2; cp /srv/scratch/word /run/web; exec sleep infinity'",
    } } })
    const running = r.service('web', { running: true, restartOn: [web, inside] })
    const ready = r.waitFor('web', { file: '/run/web', timeout: 30, after: running })
    const up = r.waitFor('web up', { unit: 'web', after: ready })
    r.exec('use', { command: 'cp /run/web /run/used', unless: 'cmp -s /srv/scratch/word /run/used', undo: 'rm -f /run/used', after: up })`
  const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', ...args])
  const changes = async (...args: readonly string[]): Promise<number> => {
    const ran = await up('--json', ...args)
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  const keys = async (): Promise<readonly string[]> => {
    const plan = (await site.json(['plan'])) as { hosts: { h1: { changes: { key: string }[] } } }
    return plan.hosts.h1.changes.map((change) => change.key)
  }

  beforeAll(async () => {
    lab = await startLab(1, { name: `placed${process.pid}`, prepare: (host) => bringGit(host.root) })
    site = scratchSite()
    const git = 'git -C /srv/origin -c user.name=t -c user.email=t@example.org'
    const commit = (text: string) =>
      on(`echo ${text} >/srv/origin/text; ${git} add .; ${git} commit -qm x; ${git} rev-parse HEAD`)
    await on('git init -q /srv/origin; git config --system safe.directory "*"; mkdir -p /srv/app; chmod 711 /srv/app')
    commits.first = (await commit('one')).trim()
    commits.second = (await commit('two')).trim()
    execFileSync(
      'sh',
      ['-c', 'mkdir -p tool-1/bin; echo x >tool-1/bin/tool; chmod 755 tool-1/bin/tool; tar -czf tool.tgz tool-1'],
      {
        cwd: site.folder,
      },
    )
    before = await snapshot()
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('all of it holds after one run, each thing after what it needs, and a second changes nothing', async () => {
    configure(declared(commits.first))
    expect(await changes()).toBeGreaterThan(8)
    expect(
      await on('git -C /srv/app -c safe.directory="*" rev-parse HEAD; cat /srv/app/text /srv/app/.env /run/used'),
    ).toBe(`${commits.first}\none\nA=1\none`)
    expect(await on('stat -c %U /srv/app/text; stat -c %a:%U /opt/tool/bin/tool /srv/scratch')).toBe(
      'app\n755:root\n750:root\n',
    )
    expect(await on('grep scratch /etc/fstab; findmnt -no FSTYPE,SIZE /srv/scratch | tr -s " "')).toBe(
      'tmpfs /srv/scratch tmpfs size=8m,nosuid,mode=750 0 0\ntmpfs 8M\n',
    )
    expect(await changes()).toBe(0)
  })

  test('a change that restarts the service is waited for, and only that', async () => {
    configure(declared(commits.first, 'two'))
    expect(await keys()).toEqual(expect.arrayContaining(['path:/srv/scratch/word', 'wait:web', 'wait:web up']))
    expect((await up()).status).toBe(0)
    expect(await on('cat /run/web')).toBe('two')
    configure(declared(commits.second, 'two', '4m'))
    expect(await keys()).toEqual(['git:/srv/app', 'path:/etc/fstab#line:mount:/srv/scratch', 'mount:/srv/scratch'])
    expect(await changes()).toBe(3)
    expect(await on('cat /srv/app/text; findmnt -no SIZE /srv/scratch | tr -d " "; cat /srv/scratch/word')).toBe(
      'two\n4M\ntwo',
    )
    expect(await changes()).toBe(0)
  })

  test('what somebody does by hand is drift, and is put right', async () => {
    await on('umount -l /srv/scratch; echo mine >/srv/app/text')
    expect(await keys()).toEqual(
      expect.arrayContaining(['git:/srv/app', 'mount:/srv/scratch', 'path:/srv/scratch/word']),
    )
    expect((await up()).status).toBe(0)
    expect(await on('cat /srv/app/text; cat /srv/scratch/word')).toBe('two\ntwo')
    expect(await changes()).toBe(0)
  })

  test('what is no longer declared is as it was before', async () => {
    configure('')
    const ran = await up('--allow-removals')
    expect(ran.status, ran.all).toBe(0)
    expect(await site.hexis(['forget', 'h1', '--yes'])).toMatchObject({ status: 0 })
    const now = await snapshot()
    expect([
      ...before.filter((l) => !now.includes(l)).map((l) => `-${l}`),
      ...now.filter((l) => !before.includes(l)).map((l) => `+${l}`),
    ]).toEqual([])
    expect(readFileSync(join(lab.hosts[0]?.root ?? '', 'etc/fstab'), 'utf8')).not.toContain('scratch')
  })
})
