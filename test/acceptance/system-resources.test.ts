import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, type LabHost, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'
import { buildPackage } from '../states/repository.ts'

const residue = join(import.meta.dirname, '../../docs/spec/residue.md')

const declared = `
    kernelModule('overlay')
    kernelModule('dummy', { options: { numdummies: 2 }, now: false })
    kernelModule('usb-storage', { blacklist: true })
    sysctl('net.ipv4.ip_forward', { value: 1 })
    sysctl('net.ipv4.conf.lo.forwarding', { value: 0 })
    sysctl('net/ipv4/conf/vlan.7/rp_filter', { value: 1 })
    sysctl('net.ipv4.tcp_rmem', { value: '4096 65536 655360' })
    sysctl('vm.swappiness', { value: 7, live: false })
    timezone('Europe/Berlin')
    hosts('10.0.0.5', ['db', 'db.lan'])
    hosts('10.77.0.10', ['h1.lan', 'h1'])
    locale('de_DE.UTF-8', { categories: { LC_MESSAGES: 'C.UTF-8' } })`

/** A container sees nothing of the kernel's modules but this list of those that are built in. */
const builtIn = (host: LabHost): void => {
  const folder = join(host.root, 'lib/modules', release())
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'modules.builtin'), 'kernel/fs/overlayfs/overlay.ko\n')
}

/** A package of this name whose locale-gen only notes what it would make; where the lab has no network, there is no other. */
const standIn = (host: LabHost): void => {
  const folder = join(host.root, 'opt/stand-in')
  mkdirSync(folder, { recursive: true })
  buildPackage(folder, {
    name: 'locales',
    version: '99.0',
    files: {
      '/etc/locale.gen': '# Locales to be made\n# de_AT.UTF-8 UTF-8\n# de_DE.UTF-8 UTF-8\n',
      '/usr/sbin/locale-gen': '#!/bin/sh\ngrep -v "^#" /etc/locale.gen >/run/locales || :\n',
    },
    postinst: 'chmod 0755 /usr/sbin/locale-gen',
  })
  const index = execFileSync('dpkg-scanpackages', ['-m', '.'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  writeFileSync(join(folder, 'Packages'), index)
  writeFileSync(join(host.root, 'etc/apt/sources.list.d/stand-in.list'), 'deb [trusted=yes] file:/opt/stand-in ./\n')
}

describe.skipIf(process.getuid?.() !== 0)(
  'kernel, time zone, hosts and a stand-in locale on a host with systemd',
  () => {
    let lab: Lab
    let site: ScratchSite
    let before: readonly string[]
    let valuesBefore: string

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
import { hosts, kernelModule, locale, sysctl, timezone } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}' } } },
  configure() {${body}
  },
})
`)
    const up = (...args: readonly string[]): Promise<Ran> => site.hexis(['up', '--yes', ...args])
    const changes = async (...args: readonly string[]): Promise<number> => {
      const ran = await up('--json', ...args)
      expect(ran.status, ran.all).toBe(0)
      return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
    }
    const values = (): Promise<string> =>
      on('cd /proc/sys/net/ipv4; cat ip_forward conf/lo/forwarding conf/eth0/forwarding conf/vlan.7/rp_filter tcp_rmem')

    beforeAll(async () => {
      lab = await startLab(1, {
        name: `sysres${process.pid}`,
        prepare: (host) => {
          builtIn(host)
          standIn(host)
        },
      })
      site = scratchSite()
      await on('apt-get -q update; ip link add vlan.7 type bridge; echo 4096 50000 500000 >/proc/sys/net/ipv4/tcp_rmem')
      before = await snapshot()
      valuesBefore = await values()
    }, 700_000)
    afterAll(async () => {
      site?.dispose()
      await lab?.stop()
    })

    test('the plan shows the file and the value in force, side by side', async () => {
      configure(declared)
      const plan = await site.hexis(['plan'])
      expect(plan.status, plan.all).toBe(0)
      expect(plan.out).toContain('+net.ipv4.ip_forward = 1')
      expect(plan.out).toMatch(/sysctl:net\.ipv4\.ip_forward/)
      expect(plan.out).toMatch(/value\W+0\W+1/)
      expect(plan.out).toMatch(/value\W+4096 50000 500000\W+4096 65536 655360/)
      expect(await values()).toBe(valuesBefore)
    })

    test('all of it holds after one run, and a second changes nothing', async () => {
      expect(await changes()).toBeGreaterThan(12)
      expect(await values()).toBe('1\n0\n1\n1\n4096\t65536\t655360\n')
      expect(
        await on('date +%Z; cat /etc/timezone; cat /run/locales; getent hosts db.lan; getent hosts 10.77.0.10'),
      ).toMatch(/^CES?T\nEurope\/Berlin\nde_DE.UTF-8 UTF-8\n10\.0\.0\.5 +db db\.lan\n10\.77\.0\.10 +h1\.lan h1\n$/)
      expect(await changes()).toBe(0)
    })

    test('all of it holds after a reboot, by the files alone', async () => {
      await on(
        'cd /proc/sys/net/ipv4; for f in ip_forward conf/lo/forwarding conf/vlan.7/rp_filter; do echo 0 >$f; done',
      )
      await on('echo 4096 50000 500000 >/proc/sys/net/ipv4/tcp_rmem')
      await lab.kill('h1')
      await lab.boot('h1')
      expect(await values()).toBe('1\n0\n1\n1\n4096\t65536\t655360\n')
      expect(await on('date +%Z; systemctl is-active systemd-sysctl')).toMatch(/^CES?T\nactive\n$/)
      expect(await changes()).toBe(0)
    })

    test('a value that was changed by hand is drift, and is corrected', async () => {
      await on('echo 0 >/proc/sys/net/ipv4/conf/vlan.7/rp_filter')
      const drift = await site.hexis(['drift'])
      expect(drift.status, drift.all).toBe(5)
      expect(drift.out).toContain('sysctl:net.ipv4.conf.vlan/7.rp_filter')
      expect(await changes()).toBe(1)
    })

    test('what the kernel refuses fails the step, and the rest of the run is taken back', async () => {
      configure(`${declared.replace('4096 65536 655360', '4096 65536 777777')}
    sysctl('vm.overcommit_ratio', { value: 51 })`)
      const ran = await up()
      expect(ran.status, ran.all).toBe(3)
      expect(ran.all).toContain('the kernel does not take 51 for vm.overcommit_ratio: Read-only file system')
      expect(await values()).toBe('1\n0\n1\n1\n4096\t65536\t655360\n')
      expect(await on('ls /etc/sysctl.d')).not.toContain('overcommit')
    })

    test('a zone that the host lacks is refused by the plan', async () => {
      await on('mv /usr/share/zoneinfo/Pacific/Chatham /run/')
      configure(declared.replace('Europe/Berlin', 'Pacific/Chatham'))
      const plan = await site.hexis(['plan'])
      await on('mv /run/Chatham /usr/share/zoneinfo/Pacific/')
      expect(plan.status, plan.all).not.toBe(0)
      expect(plan.all).toContain('needs path:/usr/share/zoneinfo/Pacific/Chatham, which is not there')
    })

    test('what is no longer declared is as it was, the values in force included', async () => {
      configure('')
      expect(await changes('--allow-removals')).toBeGreaterThan(12)
      expect(await values()).toBe(valuesBefore)
      expect(await site.hexis(['forget', 'h1', '--yes'])).toMatchObject({ status: 0 })
      const now = await snapshot()
      expect([
        ...before.filter((l) => !now.includes(l)).map((l) => `-${l}`),
        ...now.filter((l) => !before.includes(l)).map((l) => `+${l}`),
      ]).toEqual([])
    })
  },
)
