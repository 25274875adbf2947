import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishRpms } from '../../lab/foreign-packages.ts'
import { type Lab, type LabHost, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

const program = join(import.meta.dirname, '../../bin/hexis')

/** A file, the reboot that it brings, and a command that must find the boot behind it. */
const declared = (version: number, timeout = 120): string => `
    const conf = file('/etc/app.conf', { content: 'version = ${version}\\n' })
    const booted = reboot('app', { when: 'changed', after: conf, timeout: ${timeout} })
    exec('stamp', {
      command: 'cat /proc/sys/kernel/random/boot_id >/srv/boot; echo ${version} >>/srv/boot',
      unless: 'grep -qx ${version} /srv/boot', undo: 'rm -f /srv/boot', after: booted,
    })
    file('/etc/other.conf', { content: 'x\\n' })`

/** A package that counts for a host of rpm only after a boot. */
const firmware = { name: 'linux-firmware', version: '1.0', files: { '/usr/share/linux-firmware/about': 'x\n' } }

const furnish = async ({ name, address, root }: LabHost): Promise<void> => {
  if (name === 'h3') await publishRpms(root, [firmware])
  if (name !== 'h2') return
  // Its halt takes the network down, which the lab has set up from outside.
  const command = `ip address replace ${address}/24 dev eth0; ip link set eth0 up`
  writeFileSync(join(root, 'etc/cron.d/bring-up'), `@reboot root PATH=/sbin:/bin:/usr/sbin:/usr/bin; ${command}\n`)
}

describe.skipIf(process.getuid?.() !== 0)('reboot on a real host', () => {
  let lab: Lab
  let site: ScratchSite

  const on = (command: string, host = 'h1'): Promise<string> => tool(['ssh', '-F', lab.sshConfig, host, command])
  const bootId = async (): Promise<string> => (await on('cat /proc/sys/kernel/random/boot_id')).trim()
  const configure = (body: string, host = 'h1'): void =>
    site.write(`import { defineSite } from 'hexis'
import { exec, file, pkg, reboot } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { ${host}: { ssh: { configFile: '${lab.sshConfig}', connectTimeoutSeconds: 2 } } },
  configure() {${body}
  },
})
`)
  const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', '--allow-irreversible', ...args])
  const changes = async (): Promise<number> => {
    const ran = await up('--json')
    expect(ran.status, ran.all).toBe(0)
    return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
  }
  const answers = async (): Promise<void> => {
    for (let n = 0; n < 240; n++) {
      try {
        await on('test "$(systemctl is-system-running)" != stopping')
        return
      } catch {
        await sleep(250)
      }
    }
    throw new Error('the host does not answer')
  }

  beforeAll(async () => {
    lab = await startLab(3, { name: `reboot${process.pid}`, systems: ['debian', 'openrc', 'fedora'], prepare: furnish })
    site = scratchSite()
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('the plan says that it reboots, why, what comes then, and that nothing takes it back', async () => {
    configure(declared(1))
    const before = await bootId()
    const plan = await site.hexis(['plan'])
    expect(plan.out).toMatch(/reboot:app/)
    expect(plan.out).toContain('path:/etc/app.conf changes; then, in a plan of its own: exec:stamp')
    expect(plan.out).not.toMatch(/EXEC stamp/)
    const refused = await site.hexis(['up', '--yes'])
    expect(refused.status, refused.all).toBe(3)
    expect(refused.all).toMatch(/error\[irreversible\].*cannot be taken back: reboot:app/)
    expect(await bootId()).toBe(before)
    expect(await on('ls /etc/app.conf 2>/dev/null || echo none')).toBe('none\n')
  })

  test('it comes when all else is committed, and what comes after it finds the new boot', async () => {
    const before = await bootId()
    const ran = await up()
    expect(ran.status, ran.all).toBe(0)
    expect(ran.all).toMatch(/reboots; it has 120 s to come back/)
    expect(ran.all).toMatch(/is back after \d+ s/)
    const now = await bootId()
    expect(now).not.toBe(before)
    expect(await on('cat /etc/app.conf /etc/other.conf /srv/boot')).toBe(`version = 1\nx\n${now}\n1\n`)
    expect(await changes()).toBe(0)
    expect(await bootId()).toBe(now)
  })

  test('a reboot that the host refuses is an error, and the next run goes on with it', async () => {
    await on('ln -s /dev/null /etc/systemd/system/reboot.target; systemctl daemon-reload')
    const before = await bootId()
    configure(declared(2))
    const ran = await up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toMatch(/error\[command-failed\] the host refused to reboot: \S/)
    expect(await on('cat /etc/app.conf; tail -n 1 /srv/boot')).toBe('version = 2\n1\n')
    await on('rm /etc/systemd/system/reboot.target; systemctl daemon-reload')
    expect((await site.hexis(['plan'])).out).toContain('asked for by an earlier run, and not done yet; then')
    expect(await bootId()).toBe(before)
    expect(await changes()).toBe(2)
    expect(await on('tail -n 1 /srv/boot')).toBe('2\n')
    expect(await bootId()).not.toBe(before)
  })

  test('a controller that is killed meanwhile leaves a host with which the next run goes on', async () => {
    const before = await bootId()
    configure(declared(3))
    const child = spawn(program, ['up', '--yes', '--allow-irreversible'], {
      cwd: site.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += chunk
        if (said.includes('reboots; it has')) child.kill('SIGKILL')
      })
    await once(child, 'close')
    expect(child.signalCode, said).toBe('SIGKILL')
    await answers()
    expect(await changes()).toBeGreaterThan(0)
    expect(await bootId()).not.toBe(before)
    expect(await on('cat /srv/boot')).toBe(`${await bootId()}\n3\n`)
    expect(await changes()).toBe(0)
  })

  test('what the host itself wants is done, but once in a run, also where it wants that at every boot', async () => {
    configure("reboot('updates', { timeout: 120 })")
    expect(await changes()).toBeGreaterThan(0)
    const before = await bootId()
    await on('echo "f /run/reboot-required" >/etc/tmpfiles.d/always.conf; touch /run/reboot-required')
    await on('echo linux-image-x >/run/reboot-required.pkgs')
    const plan = await site.hexis(['plan'])
    expect(plan.out).toContain('/run/reboot-required is there, because of linux-image-x')
    expect(await bootId()).toBe(before)
    const ran = await up()
    expect(ran.status, ran.all).toBe(3)
    expect(ran.all).toContain(
      'was rebooted for reboot:updates in this run already, and is to be once more: /run/reboot-',
    )
    expect(ran.all.match(/reboots; it has/g)).toHaveLength(1)
    expect(await bootId()).not.toBe(before)
    await on('rm /etc/tmpfiles.d/always.conf /run/reboot-required')
    expect(await changes()).toBe(0)
  })

  test('a host without systemd reboots by its own means', async () => {
    configure(declared(5), 'h2')
    const before = await on('cat /proc/sys/kernel/random/boot_id', 'h2')
    const ran = await up()
    expect(ran.status, ran.all).toBe(0)
    expect(ran.all).toMatch(/is back after \d+ s/)
    const now = await on('cat /proc/sys/kernel/random/boot_id', 'h2')
    expect(now).not.toBe(before)
    expect(await on('cat /srv/boot', 'h2')).toBe(`${now}5\n`)
  }, 200_000)

  test('what a package of this run makes a host want is found after it, done, and gone on from', async () => {
    configure(
      `
    const booted = reboot('updates', { after: pkg('linux-firmware'), timeout: 120 })
    exec('stamp', { command: 'cat /proc/sys/kernel/random/boot_id >/srv/boot', creates: '/srv/boot', undo: 'rm /srv/boot', after: booted })`,
      'h3',
    )
    const plan = await site.hexis(['plan'])
    expect(plan.out).toContain('looked at again after this plan; then, in a plan of its own: exec:stamp')
    const before = await on('cat /proc/sys/kernel/random/boot_id', 'h3')
    const ran = await up()
    expect(ran.status, ran.all).toBe(0)
    expect(ran.all).toContain(
      'installed since the last boot: linux-firmware-1.0-1; then, in a plan of its own: exec:stamp',
    )
    const now = await on('cat /proc/sys/kernel/random/boot_id', 'h3')
    expect(now).not.toBe(before)
    expect(await on('cat /srv/boot', 'h3')).toBe(now)
    expect((await site.hexis(['plan', '--detailed-exitcode'])).status).toBe(0)
  }, 200_000)

  test('a host that does not come back is unreachable, and the rest is done once it is', async () => {
    configure(declared(4, 10))
    const config = join(lab.hosts[0]?.root ?? '', 'etc/ssh/sshd_config')
    renameSync(config, `${config}.away`)
    const ran = await up()
    renameSync(`${config}.away`, config)
    expect(ran.status, ran.all).toBe(4)
    expect(ran.all).toMatch(/error\[unreachable\] the host did not come back within 10 s of its reboot/)
    expect(ran.all).toContain('All that was planned before it is committed.')
    await lab.kill('h1')
    await lab.boot('h1')
    expect(await on('cat /etc/app.conf; ls /srv')).toBe('version = 4\napt\n')
    expect(await changes()).toBe(1)
    expect(await on('tail -n 1 /srv/boot')).toBe('4\n')
  })
})
