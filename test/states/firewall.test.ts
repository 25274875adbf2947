import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spaceOf } from '../../lab/host.ts'
import { type Lab, placeOf, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const rules = (more = ''): string =>
  `firewall('main', { rules: [{ protocol: 'tcp', ports: 22 }, { protocol: 'udp', ports: 53, from: ['10.0.0.0/8', '2001:db8::/32'] }${more}] })`

/** Everything of the firewall that a person at the keyboard would look at. */
const look =
  'nft list tables | sort | while read -r table; do nft list $table; done; systemctl is-enabled nftables; cat /etc/nftables.conf; ls -d /etc/nftables.d /etc/nftables.d/* 2>/dev/null; systemctl is-active ssh'

describe.skipIf(process.getuid?.() !== 0)('firewall on a real host', () => {
  let lab: Lab
  let site: ScratchSite
  let before: string

  /** In the host itself, past its network. */
  const inside = async (command: string): Promise<string> => {
    const init = (await tool(['ip', 'netns', 'pids', spaceOf(placeOf(lab.name), 'h1')])).trim().split('\n')[0] ?? ''
    return tool(['nsenter', '-t', init, '-a', 'sh', '-c', `${command}; true`])
  }
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { firewall, pkg, run } from 'hexis/resources'
export default defineSite({
  id: 'wall',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}', connectTimeoutSeconds: 2 } } },
  configure() {
    ${body}
  },
})
`)
  const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', ...args])
  const changes = async (): Promise<number> => {
    const ran = await up('--json', '--allow-removals')
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }

  beforeAll(async () => {
    const packages = mkdtempSync(join(tmpdir(), 'hexis-nftables-'))
    await tool(['sh', '-c', 'cd "$1" && apt-get -q -o APT::Sandbox::User=root download nftables', 'sh', packages])
    lab = await startLab(1, {
      name: `wall${process.pid}`,
      prepare: async (host) => {
        const put = 'cp "$1"/nftables_*.deb "$2" && cd "$2" && dpkg-scanpackages -m . >Packages 2>/dev/null'
        await tool(['sh', '-c', put, 'sh', packages, join(host.root, 'srv/apt')])
      },
    })
    rmSync(packages, { recursive: true })
    site = scratchSite()
    await inside('nft add table ip foreign')
    before = await inside(look)
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('is planned on trial, loaded beside the tables of others, and a second run changes nothing', async () => {
    configure(rules())
    expect((await site.hexis(['plan'])).out).toMatch(/on trial .*hexis-main\.nft.* could keep you out/)
    expect(await changes()).toBeGreaterThan(0)
    const now = await inside(look)
    expect(now).toContain('table ip foreign')
    expect(now).toContain('ip6 saddr 2001:db8::/32 udp dport 53 accept')
    expect(now).toContain('type filter hook input priority filter; policy drop;')
    expect(now).toMatch(/^enabled$/m)
    expect(await changes()).toBe(0)
    expect(await inside(look)).toBe(now)
  })

  test('is there again after the host started anew', async () => {
    const now = await inside('nft list table inet hexis_main')
    await lab.kill('h1')
    await lab.boot('h1')
    expect(await inside('nft list table inet hexis_main')).toBe(now)
    expect(await changes()).toBe(0)
    // The system's own rules came with its service; the table of nobody's file is gone.
    await inside('nft delete table inet filter; nft add table ip foreign')
  })

  test('what the kernel refuses changes nothing', async () => {
    const now = await inside(look)
    configure(rules(", 'tcp dport 80 acept'"))
    const ran = await up()
    expect(ran.status).toBe(3)
    expect(ran.all).toMatch(/validation failed: nft -c -f(.|\n)*acept/)
    expect(await inside(look)).toBe(now)
  })

  test('what fails afterwards takes the earlier rules back into the kernel', async () => {
    const now = await inside(look)
    configure(rules(", 'tcp dport 80 accept'], onChange: [run('nft list ruleset | grep 80 && exit 7')"))
    const ran = await up()
    expect(ran.status).toBe(3)
    expect(ran.all).toMatch(/exit status 7(.|\n)*tcp dport 80 accept/)
    expect(await inside(look)).toBe(now)
  })

  test.each([
    ['drops new connections', "firewall('main', { rules: ['tcp dport 22 ct state new drop'] })"],
    [
      'drops everything',
      "firewall('main', { content: 'chain in { type filter hook input priority -5; policy drop; }' })",
    ],
    [
      'is of another family',
      "firewall('main', { family: 'ip', content: 'chain in { type filter hook input priority 0; policy drop; }' })",
    ],
  ])('one that %s comes back by itself', async (_, body) => {
    const now = await inside(look)
    configure(body)
    const ran = await up('--try', '3s')
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toContain('error[unconfirmed] the changes were taken back: no new connection')
    expect(await inside(look)).toBe(now)
  })

  test('a change replaces the table as a whole, another family too', async () => {
    configure(`firewall('main', { family: 'bridge', content: 'chain a { accept; }' })`)
    expect(await changes()).toBe(1)
    const now = await inside('nft list ruleset')
    expect(now).toContain('table bridge hexis_main {\n\tchain a {\n\t\taccept\n\t}\n}')
    expect(now).not.toContain('table inet')
    expect(await changes()).toBe(0)
  })

  test('no longer declared it goes from the kernel and from the disk, and leaves what others made', async () => {
    configure('')
    expect(await changes()).toBeGreaterThan(0)
    expect(await inside(look)).toBe(before)
    expect(await changes()).toBe(0)
  })

  test('comes after its package, and goes while the package is still there', async () => {
    await inside('apt-get -q update; apt-get -qy purge nftables')
    configure(rules("], after: [pkg('nftables')"))
    expect(await changes()).toBeGreaterThan(3)
    expect(await inside(look)).toContain('udp dport 53 accept')
    expect(await changes()).toBe(0)
    expect(await site.hexis(['rollback', '--on', 'h1', '--to', '0', '--yes'])).toMatchObject({ status: 0 })
    expect(await inside('ls -d /etc/nftables* 2>/dev/null; command -v nft')).toBe('')
    await inside('apt-get -qy install nftables')
    expect(await inside('nft list ruleset')).toBe('table ip foreign {\n}\n')
  })
})
