import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishForPacman, publishRpms } from '../../lab/foreign-packages.ts'
import { type Lab, type LabHost, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { newSigner, type Signer } from './signer.ts'

const residue = join(import.meta.dirname, '../../docs/spec/residue.md')
const systems = ['fedora', 'suse', 'arch'] as const
const hosts = ['h1', 'h2', 'h3'] as const
const extra = { name: 'hexis-extra', version: '3.0', files: { '/usr/share/hexis-extra': 'extra\n' } }

/** A second repository, which no host knows of; the first one goes. */
const prepare = async ({ name, root }: LabHost): Promise<void> => {
  if (name === 'h3') await publishForPacman(root, [extra])
  else await publishRpms(root, [extra])
  const forget =
    name === 'h3'
      ? "cp /srv/other/lab.db.tar.gz /srv/other/shop.db; sed -i '/^\\[lab\\]/,$d' /etc/pacman.conf"
      : 'rm /etc/yum.repos.d/lab.repo /etc/zypp/repos.d/lab.repo 2>/dev/null || :'
  cpSync(join(root, 'srv/packages'), join(root, 'srv/other'), { recursive: true })
  await tool(['chroot', root, '/bin/sh', '-c', forget])
}

describe.skipIf(process.getuid?.() !== 0)('one repository on hosts with dnf, zypper and pacman', () => {
  let lab: Lab
  let site: ScratchSite
  let signer: Signer
  const before: Record<string, readonly string[]> = {}

  const on = (host: string, command: string): Promise<string> => tool(['ssh', '-F', lab.sshConfig, host, command])
  const rootOf = (host: string): string => lab.hosts.find((one) => one.name === host)?.root ?? ''
  const snapshot = async (host: string): Promise<readonly string[]> => {
    await on(host, 'sync')
    const text = execFileSync(join(import.meta.dirname, 'snapshot'), [rootOf(host), residue], {
      maxBuffer: 256 * 1024 * 1024,
    })
    // dnf notes sums on what it was offered; keyrings are never again the same bytes.
    const lines = text.toString('utf8').split('\n')
    return lines.filter((line) => !line.startsWith('/srv/other') && !line.startsWith('/etc/pacman.d/gnupg'))
  }
  const configure = (body: string): void =>
    site.write(`import { defineSite } from 'hexis'
import { pkg, repository } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: {}, h2: {}, h3: {} },
  defaults: { ssh: { configFile: '${lab.sshConfig}' } },
  configure() {${body}
  },
})
`)
  const changes = async (): Promise<readonly number[]> => {
    const ran = await site.hexis(['up', '--yes', '--allow-removals', '--json'])
    expect(ran.status, ran.all).toBe(0)
    const end = JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')
    return hosts.map((host) => end.hosts[host].changes)
  }

  beforeAll(async () => {
    lab = await startLab(3, { name: `repos${process.pid}`, systems, prepare })
    site = scratchSite()
    signer = newSigner('rsa2048')
    site.write(signer.key, 'shop.asc')
    // As the installation of such a system does.
    await on('h3', 'pacman-key --init')
    for (const host of hosts) before[host] = await snapshot(host)
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    signer?.dispose()
    await lab?.stop()
  })

  test('gives its package in the same run, and a second one changes nothing', async () => {
    configure(`
    pkg('hexis-extra')
    repository('shop', { url: 'file:///srv/other', unsigned: true })`)
    expect(await changes()).toEqual([2, 2, 2])
    for (const host of hosts) expect(readFileSync(join(rootOf(host), 'usr/share/hexis-extra'), 'utf8')).toBe('extra\n')
    expect(await changes()).toEqual([0, 0, 0])
  })

  test('goes as it came', async () => {
    configure('')
    expect(await changes()).toEqual([2, 2, 2])
    for (const host of hosts) expect(await snapshot(host)).toEqual(before[host])
  })

  const withKey = (): void =>
    configure(`
    pkg('hexis-extra')
    repository('shop', { url: 'file:///srv/other', key: { source: './shop.asc', fingerprint: '${signer.fingerprint}' } })`)

  test('with a key gives no package that the key has not signed, and all is taken back', async () => {
    withKey()
    const ran = await site.hexis(['up', '--yes'])
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/hexis-extra-3\.0-1\.noarch\.rpm is not signed[\s\S]*on: host h1/)
    expect(ran.all).toMatch(/Signature verification failed[\s\S]*on: host h2/)
    expect(ran.all).toMatch(/failed retrieving file 'hexis-extra-3\.0-1-any\.pkg\.tar\.sig'[\s\S]*on: host h3/)
    for (const host of hosts) expect(await snapshot(host)).toEqual(before[host])
  })

  test('gives what its key has signed, and the key goes with it', async () => {
    const secret = signer.gpg('--armor', '--export-secret-keys')
    const gpg = 'gpg --homedir /srv/other/signer --batch --quiet'
    for (const host of hosts) {
      writeFileSync(join(rootOf(host), 'srv/other/secret'), secret)
      await on(host, `umask 077; mkdir /srv/other/signer; ${gpg} --import /srv/other/secret`)
      await on(
        host,
        host === 'h3'
          ? `cd /srv/other; ${gpg} --detach-sign hexis-extra-*.pkg.tar`
          : 'cd /srv/other; rpmsign --define "__gpg /usr/bin/gpg" --define "_gpg_name Shop" --define "_gpg_path /srv/other/signer" --addsign hexis-extra-*.rpm && rm -r repodata && createrepo_c -q .',
      )
    }
    withKey()
    const made = await changes()
    expect(Math.min(...made)).toBeGreaterThanOrEqual(3)
    for (const host of hosts) expect(readFileSync(join(rootOf(host), 'usr/share/hexis-extra'), 'utf8')).toBe('extra\n')
    expect(await changes()).toEqual([0, 0, 0])
    configure('')
    expect(await changes()).toEqual(made)
    for (const host of ['h1', 'h2']) expect(await on(host, 'rpm -q gpg-pubkey || :')).toContain('not installed')
    expect(await on('h3', `pacman-key --list-keys ${signer.fingerprint} >/dev/null 2>&1 || echo gone`)).toBe('gone\n')
    for (const host of hosts) expect(await snapshot(host)).toEqual(before[host])
  })
})
