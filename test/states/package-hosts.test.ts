import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishForPacman, publishRpms } from '../../lab/foreign-packages.ts'
import { type Lab, startLab } from '../../lab/lab.ts'
import type { SmallPackage } from '../../lab/packages.ts'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

const isRoot = process.getuid?.() === 0
const residue = join(import.meta.dirname, '../../docs/spec/residue.md')
const snapshotProgram = join(import.meta.dirname, '../acceptance/snapshot')

const newer: readonly SmallPackage[] = [
  { name: 'hexis-tool-a', version: '2.0', depends: 'hexis-tool-f', files: { '/usr/share/hexis-tool-a/about': '2\n' } },
]

const systems = [
  {
    name: 'Fedora-like',
    host: 'h1',
    publish: publishRpms,
    list: "rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}\\n' | sort; dnf -q repoquery --userinstalled 2>/dev/null | sort",
    manager: 'dnf',
  },
  {
    name: 'Arch-like',
    host: 'h2',
    publish: publishForPacman,
    list: 'pacman -Q; echo; pacman -Qe',
    manager: 'pacman',
  },
  {
    name: 'openSUSE-like',
    host: 'h3',
    publish: publishRpms,
    list: "rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}\\n' | sort; grep -v '^#' /var/lib/zypp/AutoInstalled | grep hexis | sort",
    manager: 'zypper',
  },
] as const

/** The very same config for all: no word of a system in it. */
describe.skipIf(!isRoot)('one config on real hosts with other package managers', () => {
  let lab: Lab
  let site: ScratchSite
  const on = (host: string, command: string): Promise<string> =>
    tool(['ssh', '-F', lab.sshConfig, host, command], { timeoutMs: 60_000 })
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { exec, pkg, service } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: {}, h2: {}, h3: {} },
  defaults: { ssh: { configFile: '${lab.sshConfig}' } },
  configure() {${body}
  },
})
`)
  const snapshot = async (host: string): Promise<readonly string[]> => {
    await on(host, 'sync')
    const root = lab.hosts.find((one) => one.name === host)?.root ?? ''
    const text = execFileSync(snapshotProgram, [root, residue], { maxBuffer: 256 * 1024 * 1024 })
    // What a repository offers is of the test.
    return text
      .toString('utf8')
      .split('\n')
      .filter((line) => !line.startsWith('/srv/packages'))
  }
  const before: Record<string, { readonly list: string; readonly files: readonly string[] }> = {}
  const lists = async () =>
    Object.fromEntries(await Promise.all(systems.map(async (s) => [s.name, await on(s.host, s.list)])))
  const changes = async (...args: readonly string[]): Promise<readonly number[]> => {
    const ran = await site.hexis(['up', '--yes', '--json', ...args])
    expect(ran.status, ran.all).toBe(0)
    const { hosts } = JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')
    return systems.map(({ host }) => hosts[host].changes)
  }

  beforeAll(async () => {
    lab = await startLab(3, { name: `managers${process.pid}`, systems: ['fedora', 'arch', 'suse'] })
    site = scratchSite()
    for (const { host, list, name } of systems)
      before[name] = { list: await on(host, list), files: await snapshot(host) }
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('the hosts are what they say, with nothing of Debian to ask', async () => {
    configure('')
    const facts = await site.hexis(['facts'])
    for (const { manager, host } of systems) {
      expect(facts.out).toContain(manager)
      expect(await on(host, 'command -v apt-get dpkg dpkg-query || :; systemctl is-system-running --wait')).toBe(
        'running\n',
      )
    }
  })

  test('packages, what they need, and a service of theirs; a second run changes nothing', async () => {
    configure(`
    pkg(['hexis-hello', 'hexis-tool-a'])
    service('hexis-hello', { running: true, enabled: true })`)
    expect(await changes()).toEqual([3, 3, 3])
    for (const { host, list } of systems) {
      expect(await on(host, 'systemctl is-active hexis-hello')).toBe('active\n')
      expect(await on(host, list)).toMatch(/hexis-conf 1\.0-1.*hexis-hello 1\.0-1.*hexis-tool-a 1\.0-1/s)
    }
    expect(await changes()).toEqual([0, 0, 0])
  })

  test('another version, and what it needs anew', async () => {
    for (const { host, publish } of systems) {
      await publish(lab.hosts.find((one) => one.name === host)?.root ?? '', newer)
    }
    configure(`
    pkg(['hexis-hello'])
    pkg('hexis-tool-a', { version: '2.0-1', hold: true })
    service('hexis-hello', { running: true, enabled: true })`)
    expect(await changes()).toEqual([1, 1, 1])
    for (const { host, list } of systems)
      expect(await on(host, list)).toMatch(/hexis-tool-a 2\.0-1.*hexis-tool-f 1\.0-1/s)
    expect(await changes()).toEqual([0, 0, 0])
  })

  test('a run that fails is undone to the set of before', async () => {
    const was = await lists()
    configure(`
    pkg('hexis-tool-a', { absent: true })
    pkg(['hexis-hello', 'hexis-tool-b'])
    exec('fails', { command: 'false', undo: 'true', after: ['package:hexis-tool-b', 'package:hexis-tool-a'] })`)
    const ran = await site.hexis(['up', '--yes', '--allow-removals'])
    expect(ran.status, ran.all).toBe(3)
    expect(ran.out).toContain('3 undone')
    expect(await lists()).toEqual(was)
  })

  test('a package that is not there is named on each', async () => {
    configure(`pkg(['hexis-hello', 'hexis-tool-c', 'no-such-package'])`)
    const ran = await site.hexis(['up', '--yes', '--allow-removals'])
    expect(ran.status, ran.all).toBe(3)
    expect(ran.err).toMatch(/PACKAGE no-such-package failed: .*No match for argument: no-such-package/s)
    expect(ran.err).toMatch(/PACKAGE no-such-package failed: .*target not found: no-such-package/s)
    expect(ran.err).toMatch(/PACKAGE no-such-package failed: .*No provider of 'no-such-package' found/s)
  })

  test('rollback to nothing leaves the set and the tree of before', async () => {
    for (const { host } of systems) {
      const back = await site.hexis(['rollback', '--on', host, '--to', '0', '--yes'])
      expect(back.status, back.all).toBe(0)
    }
    for (const { name, host, list } of systems) {
      expect(await on(host, list)).toBe(before[name]?.list)
      expect(await snapshot(host)).toEqual(before[name]?.files)
    }
  })
})
