import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const declared = "servers: ['10.0.0.53', '10.0.1.53'], search: ['example.org']"

/** Unpacked, not installed: the host's own file stays as it is until the test says otherwise. */
const unpacked = async (root: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-debs-'))
  const get = 'cd "$1" && apt-get -q -o APT::Sandbox::User=root download systemd-resolved openresolv'
  await tool(['sh', '-c', get, 'sh', folder], { timeoutMs: 120_000 })
  // Both bring a program of the name resolvconf: that of openresolv is the one that is meant.
  const unpack =
    'for deb in "$1"/systemd-resolved_*.deb "$1"/openresolv_*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$2"; done'
  await tool(['sh', '-c', unpack, 'sh', folder, root])
  rmSync(folder, { recursive: true })
}

describe.skipIf(process.getuid?.() !== 0)('the resolver of a host with systemd', () => {
  let lab: Lab
  let site: ScratchSite

  const on = (command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, 'h1', command])
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { resolver } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {
    ${body}
  },
})
`)
  const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', '--allow-removals', ...args])
  const changes = async (): Promise<number> => {
    const ran = await up('--json')
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }

  beforeAll(async () => {
    lab = await startLab(1, { name: `resolver${process.pid}`, prepare: (host) => unpacked(host.root) })
    site = scratchSite()
    await on('printf "# by hand\\nnameserver 10.9.9.9\\n" >/etc/resolv.conf')
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('a plain file is written, held, and comes back', async () => {
    configure(`resolver('system', { ${declared}, options: { timeout: 2, rotate: true } })`)
    expect(await changes()).toBe(1)
    expect(await on('cat /etc/resolv.conf')).toBe(
      'search example.org\nnameserver 10.0.0.53\nnameserver 10.0.1.53\noptions timeout:2 rotate\n',
    )
    expect(await changes()).toBe(0)
    configure('')
    expect(await changes()).toBe(1)
    expect(await on('cat /etc/resolv.conf')).toBe('# by hand\nnameserver 10.9.9.9\n')
  })

  test('where systemd-resolved has taken the file over, the plan names it and overwrites nothing', async () => {
    await on('ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf')
    await on('systemd-sysusers; systemctl daemon-reload; systemctl start systemd-resolved')
    configure(`resolver('system', { ${declared} })`)
    const ran = await up()
    expect(ran.status, ran.all).toBe(1)
    expect(ran.all).toMatch(/site\.ts:7:5/)
    expect(ran.all).toContain(
      '/etc/resolv.conf is kept up by systemd-resolved on this host, and the profile debian/12 says file',
    )
    expect(ran.all).toContain("Say manager: 'systemd-resolved' here")
    expect(await on('readlink /etc/resolv.conf')).toBe('../run/systemd/resolve/stub-resolv.conf\n')
  })

  test('told through its drop-in, systemd-resolved asks these servers, and asks them no more afterwards', async () => {
    const asked = (): Promise<string> => on('resolvectl dns | head -n 1; resolvectl domain | head -n 1')
    const before = await asked()
    configure(`resolver('system', { ${declared}, manager: 'systemd-resolved' })`)
    expect(await changes()).toBeGreaterThan(0)
    expect(await asked()).toBe('Global: 10.0.0.53 10.0.1.53\nGlobal: example.org\n')
    expect(await changes()).toBe(0)
    configure('')
    expect(await changes()).toBeGreaterThan(0)
    expect(await asked()).toBe(before)
    expect(await on('ls /etc/systemd/resolved.conf.d 2>/dev/null || echo none')).toBe('none\n')
  })

  test('told through its variables, openresolv writes the file', async () => {
    await on('systemctl stop systemd-resolved; rm /etc/resolv.conf; echo nameserver 10.9.9.9 | resolvconf -a eth0')
    expect((await site.hexis(['facts', '--json'])).out).toMatch(/"resolver": ?"openresolv"/)
    const before = await on('grep -v "^#" /etc/resolv.conf; cat /etc/resolvconf.conf')
    configure(`resolver('system', { ${declared}, options: { attempts: 3 }, manager: 'openresolv' })`)
    expect(await changes()).toBe(3)
    const written = await on('grep -v "^#" /etc/resolv.conf')
    for (const line of ['nameserver 10.0.0.53', 'nameserver 10.0.1.53', 'search example.org', 'options attempts:3'])
      expect(written).toContain(line)
    expect(await changes()).toBe(0)
    configure('')
    expect(await changes()).toBe(3)
    expect(await on('grep -v "^#" /etc/resolv.conf; cat /etc/resolvconf.conf')).toBe(before)
  })
})
