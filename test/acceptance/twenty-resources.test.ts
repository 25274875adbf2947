import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { appUnit, lifeBefore, twentySite } from './twenty-site.ts'

const isRoot = process.getuid?.() === 0
const snapshotTool = join(import.meta.dirname, 'snapshot')
const residue = join(import.meta.dirname, '../../docs/spec/residue.md')

interface RunEnd {
  readonly hosts: Readonly<Record<string, { status: string; changes: number; generation: number }>>
  readonly exit: number
}

/** The last event of `up --json` and its like. */
const endOf = (out: string): RunEnd => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')

describe.skipIf(!isRoot)('twenty resources on three hosts with systemd', () => {
  let lab: Lab
  let site: ScratchSite
  const before = new Map<string, readonly string[]>()

  const on = (host: string, command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, host, command])
  const rootOf = (host: string): string => lab.hosts.find((h) => h.name === host)?.root ?? ''
  const snapshot = async (host: string): Promise<readonly string[]> => {
    await on(host, 'sync')
    const text = execFileSync(snapshotTool, [rootOf(host), residue], { maxBuffer: 256 * 1024 * 1024 })
    return text.toString('utf8').split('\n')
  }
  const differences = async (host: string): Promise<readonly string[]> => {
    const was = before.get(host) ?? []
    const now = await snapshot(host)
    const [wasSet, nowSet] = [new Set(was), new Set(now)]
    return [
      ...was.filter((line) => !nowSet.has(line)).map((line) => `-${line}`),
      ...now.filter((line) => !wasSet.has(line)).map((line) => `+${line}`),
    ]
  }

  beforeAll(async () => {
    lab = await startLab(3, { name: `twenty${process.pid}` })
    site = scratchSite()
    site.write(twentySite(lab.sshConfig))
    site.write(appUnit, 'app.service')
    await on('h1', lifeBefore)
    for (const { name } of lab.hosts) before.set(name, await snapshot(name))
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('a plan writes nothing', async () => {
    expect(await site.hexis(['plan', '--detailed-exitcode'])).toMatchObject({ status: 2 })
    expect(await differences('h1')).toEqual([])
  })

  test('the first run makes all of it, the second finds nothing to change', async () => {
    const first = await site.hexis(['up', '--yes', '--json'])
    expect(first.err).toBe('')
    const end = endOf(first.out)
    expect(end.exit).toBe(0)
    expect(Object.values(end.hosts).map((h) => h.status)).toEqual(['changed', 'changed', 'changed'])
    expect(await on('h1', 'hostname; systemctl is-active app hexis-hello; cat /etc/app.conf; id -un deploy')).toBe(
      'h1-shop\nactive\nactive\nworkers = 2\ndeploy\n',
    )
    expect(await on('h1', 'stat -c %a /etc/profile.d/shop.sh; cat /etc/profile.d/shop.sh')).toBe(
      '600\nexport A=1\n# BEGIN hexis shop env\nexport SHOP=1\n# END hexis shop env',
    )
    const second = endOf((await site.hexis(['up', '--yes', '--json'])).out)
    expect(Object.values(second.hosts)).toEqual(
      [1, 1, 1].map((generation) => ({ status: 'converged', changes: 0, generation })),
    )
  })

  test('a hand edit and a stopped service are drift, with its content, and are corrected for that reason', async () => {
    await on('h2', 'echo edited >>/etc/motd; systemctl stop app')
    const drift = await site.hexis(['drift'])
    expect(drift.status).toBe(5)
    expect(drift.out).toContain('unit:app.service')
    expect(drift.out).toContain('-edited')
    const plan = (await site.json(['plan'])) as {
      hosts: Record<string, { changes: { key: string; reason: string; diff?: string }[] }>
    }
    expect(plan.hosts.h2?.changes.map((c) => [c.key, c.reason])).toEqual([
      ['unit:app.service', 'drift'],
      ['path:/etc/motd', 'drift'],
    ])
    expect(plan.hosts.h2?.changes[1]?.diff).toContain('-edited')
    expect(endOf((await site.hexis(['up', '--yes', '--json'])).out).hosts.h2).toMatchObject({
      status: 'changed',
      changes: 2,
    })
    expect(await on('h2', 'systemctl is-active app; cat /etc/motd')).toBe('active\nWelcome to h2\n')
  })

  test('explain names the line of the config', async () => {
    const ran = await site.hexis(['explain', 'h1', 'file:/etc/app.conf'])
    expect(ran).toMatchObject({ status: 0 })
    expect(ran.out).toContain('site.ts:20:18')
  })

  test('what is no longer declared is undone, and a rollback brings it back', async () => {
    const whole = twentySite(lab.sshConfig)
    site.write(
      whole
        .split('\n')
        .filter((line) => !/link\('|'hexis-hello'|\/etc\/motd|user\('deploy'|hexis-hello\.conf/.test(line))
        .join('\n')
        .replace("pkg(['hexis-hello', 'hexis-tool-a'])", "pkg(['hexis-tool-a'])"),
    )
    expect(endOf((await site.hexis(['up', '--yes', '--json'])).out).exit).toBe(0)
    expect(await on('h1', 'cat /etc/motd; readlink /etc/app; getfattr --only-values -n user.x /etc/motd')).toBe(
      'custom motd\n/nowhere\ny',
    )
    await expect(on('h1', 'id deploy')).rejects.toThrow()
    for (const host of ['h1', 'h2', 'h3'])
      expect(endOf((await site.hexis(['rollback', '--on', host, '--to', '1', '--yes', '--json'])).out).exit).toBe(0)
    site.write(whole)
    const end = endOf((await site.hexis(['up', '--yes', '--json'])).out)
    expect(Object.values(end.hosts).map((h) => h.status)).toEqual(['converged', 'converged', 'converged'])
  })

  test('a second site owns other keys, and none of the first', async () => {
    const other = scratchSite()
    const text = (lines: string): string => `import { defineSite } from 'hexis'
import { file } from 'hexis/resources'
export default defineSite({
  id: 'backup',
  hosts: { h3: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {
${lines}
  },
})
`
    try {
      other.write(text("file('/etc/backup.conf', { content: 'daily\\n' })"))
      expect(endOf((await other.hexis(['up', '--yes', '--json'])).out).hosts.h3).toMatchObject({ changes: 1 })
      expect(await on('h3', 'cat /etc/motd')).toBe('Welcome to h3\n')
      other.write(text("file('/etc/backup.conf', { content: 'daily\\n' })\nfile('/etc/motd', { content: 'mine' })"))
      const ran = await other.hexis(['up', '--yes'])
      expect(ran.status).toBe(3)
      expect(ran.err).toContain("path:/etc/motd belongs to the site 'shop'")
      expect(ran.err).toContain("the site 'backup' cannot own it too")
      other.write(text(''))
      const emptied = await other.hexis(['up', '--yes'])
      expect(emptied.status).toBe(3)
      expect(emptied.err).toContain('--allow-removals')
      expect(endOf((await other.hexis(['up', '--yes', '--allow-removals', '--json'])).out).exit).toBe(0)
      expect(await other.hexis(['forget', 'h3', '--yes'])).toMatchObject({ status: 0 })
    } finally {
      other.dispose()
    }
  })

  test.each(['h1', 'h2', 'h3'])('%s is as before Hexis after rollback to 0', async (host) => {
    const ran = await site.hexis(['rollback', '--on', host, '--to', '0', '--yes'])
    expect(ran).toMatchObject({ status: 0 })
    expect(await differences(host)).toEqual([])
    expect(await on(host, 'hostname')).toBe(`${host}\n`)
  })
})
