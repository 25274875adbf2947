import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishForPacman, publishRpms } from '../../lab/foreign-packages.ts'
import { type Lab, startLab } from '../../lab/lab.ts'
import type { SmallPackage } from '../../lab/packages.ts'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { buildPackage } from '../states/repository.ts'

const example = join(import.meta.dirname, '../../examples/families')
const residue = join(import.meta.dirname, '../../docs/spec/residue.md')

/** A package of this name in the lab's own repository, where the real one would come from a mirror. */
const standIn = (name: string, more: { readonly unit?: string; readonly depends?: string } = {}): SmallPackage => ({
  name,
  version: '2.4',
  files: {
    [`/usr/share/${name}/about`]: `${name}\n`,
    [`/etc/${name}.conf`]: `# ${name}\n`,
    ...(more.unit === undefined
      ? {}
      : {
          [`/lib/systemd/system/${more.unit}.service`]:
            '[Service]\nExecStart=/bin/sh -c "exec sleep infinity"\n[Install]\nWantedBy=multi-user.target\n',
        }),
  },
  ...(more.depends === undefined ? {} : { depends: more.depends }),
})

const publishDebs = async (root: string, packages: readonly SmallPackage[]): Promise<void> => {
  const folder = join(root, 'opt/stand-in')
  mkdirSync(folder, { recursive: true })
  for (const { name, version, files, depends } of packages)
    buildPackage(folder, { name, version, files, ...(depends === undefined ? {} : { fields: { Depends: depends } }) })
  const index = execFileSync('dpkg-scanpackages', ['-m', '.'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  writeFileSync(join(folder, 'Packages'), index)
  writeFileSync(join(root, 'etc/apt/sources.list.d/stand-in.list'), 'deb [trusted=yes] file:/opt/stand-in ./\n')
}

/** All packages that are there, as NAME VERSION. */
const debs = "dpkg -l | awk '/^ii/ { print $2, $3 }'"
const rpmSet = "rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}\\n' | sort"

/** What the families call `apache`, `cron`, `vim` and `netcat`, and what comes along with the first. */
const families = [
  {
    name: 'Debian',
    host: 'h1',
    system: 'debian',
    publish: publishDebs,
    packages: [
      standIn('apache2', { unit: 'apache2', depends: 'apache2-data' }),
      standIn('apache2-data'),
      standIn('cron', { unit: 'cron' }),
      standIn('vim'),
      standIn('netcat-openbsd'),
    ],
    refresh: 'apt-get -q update',
    list: debs,
    marks: 'dpkg -l | cut -c 1-4 | sort | uniq -c; apt-mark showauto',
    services: 'apache2 cron',
    admins: 'sudo',
  },
  {
    name: 'Fedora-like',
    host: 'h2',
    system: 'fedora',
    publish: publishRpms,
    packages: [
      standIn('httpd', { unit: 'httpd', depends: 'httpd-filesystem' }),
      standIn('httpd-filesystem'),
      standIn('cronie', { unit: 'crond' }),
      standIn('vim-enhanced'),
      standIn('nmap-ncat'),
    ],
    refresh: 'dnf -q makecache --refresh',
    list: rpmSet,
    marks: 'dnf -q repoquery --userinstalled 2>/dev/null | sort',
    services: 'httpd crond',
    admins: 'wheel',
  },
  {
    name: 'Arch-like',
    host: 'h3',
    system: 'arch',
    publish: publishForPacman,
    packages: [
      standIn('apr'),
      standIn('apache', { unit: 'httpd', depends: 'apr' }),
      standIn('cronie', { unit: 'cronie' }),
      standIn('vim'),
      standIn('openbsd-netcat'),
    ],
    refresh: 'pacman -Sy --noconfirm',
    list: 'pacman -Q',
    marks: 'pacman -Qe',
    services: 'httpd cronie',
    admins: 'wheel',
  },
  {
    name: 'openSUSE-like',
    host: 'h4',
    system: 'suse',
    publish: publishRpms,
    packages: [
      standIn('apache2', { unit: 'apache2', depends: 'apache2-prefork' }),
      standIn('apache2-prefork'),
      standIn('cronie', { unit: 'cron' }),
      standIn('vim'),
      standIn('netcat-openbsd'),
    ],
    refresh: 'zypper --quiet --non-interactive refresh',
    list: rpmSet,
    marks: "grep -v '^#' /var/lib/zypp/AutoInstalled | sort",
    services: 'apache2 cron',
    admins: 'wheel',
  },
] as const

interface Along {
  readonly action: string
  readonly name: string
  readonly to?: string
}

/** Run on every host before Hexis: things that the config changes are there already, with other content and owners. */
const lifeBefore = `set -e
printf 'ours\\n' >/etc/motd; chmod 640 /etc/motd; chown admin /etc/motd; setfattr -n user.note -v mine /etc/motd
printf '; sizes\\n[cache]\\nsize = 64M ; small\\n\\n[log]\\n' >/etc/shop.ini
printf '{\\n  // levels\\n  "log": { "level": "debug" }\\n}\\n' >/etc/shop.json
mkdir -m 711 /srv/app; setfacl -m u:admin:rx /srv/app; ln -s /nowhere /etc/shop; groupadd -g 950 app
`

describe.skipIf(process.getuid?.() !== 0)('one config on hosts of four families', () => {
  let lab: Lab
  let site: ScratchSite
  const before = new Map<string, { readonly list: string; readonly marks: string; readonly files: readonly string[] }>()

  const planned = new Map<string, { readonly named: readonly string[]; readonly along: readonly Along[] }>()

  const on = (host: string, command: string): Promise<string> =>
    tool(['ssh', '-F', lab.sshConfig, host, command], { timeoutMs: 60_000 })
  const snapshot = async (host: string): Promise<readonly string[]> => {
    await on(host, 'sync')
    const root = lab.hosts.find((one) => one.name === host)?.root ?? ''
    const snapshotProgram = join(import.meta.dirname, 'snapshot')
    return (
      execFileSync(snapshotProgram, [root, residue], { maxBuffer: 256 * 1024 * 1024 })
        .toString('utf8')
        .split('\n')
        // What the lab's own repository offers is of the test; dnf notes there which files it has checked.
        .filter((line) => !line.startsWith('/srv/packages'))
    )
  }
  const differences = (was: readonly string[], now: readonly string[]): readonly string[] => {
    const [wasSet, nowSet] = [new Set(was), new Set(now)]
    return [
      ...was.filter((line) => !nowSet.has(line)).map((line) => `-${line}`),
      ...now.filter((line) => !wasSet.has(line)).map((line) => `+${line}`),
    ]
  }
  const up = async (): Promise<readonly { readonly changes: number; readonly along?: readonly Along[] }[]> => {
    const ran = await site.hexis(['up', '--yes', '--json'], { timeoutMs: 300_000 })
    expect(ran.status, ran.all).toBe(0)
    const { hosts } = JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '')
    return families.map(({ host }) => hosts[host])
  }
  /** Files that were written since a mark, but for those of the system itself. */
  const written = (host: string): Promise<string> =>
    on(host, "find / -xdev -newer /run/mark ! -path /run ! -path '/var/log/journal/*' ! -name '*-shm'")

  beforeAll(async () => {
    lab = await startLab(families.length, {
      name: `families${process.pid}`,
      systems: families.map(({ system }) => system),
    })
    site = scratchSite()
    cpSync(example, site.folder, { recursive: true })
    copyFileSync(lab.sshConfig, join(site.folder, 'ssh_config'))
    await Promise.all(
      families.map(async ({ host, packages, publish, refresh, list, marks }) => {
        await publish(lab.hosts.find((one) => one.name === host)?.root ?? '', packages)
        await on(host, `${refresh}; ${lifeBefore}`)
        before.set(host, { list: await on(host, list), marks: await on(host, marks), files: await snapshot(host) })
      }),
    )
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('the config names no family, and more than thirty resources of many types', async () => {
    const text = readFileSync(join(example, 'site.ts'), 'utf8')
    expect(text).not.toMatch(
      /debian|ubuntu|fedora|red ?hat|rhel|arch(?!ive)|suse|alpine|apt|dnf|pacman|zypper|rpm|httpd/i,
    )
    const document = (await site.json(['document', 'h1'])) as { resources: { type: string }[] }
    expect(document.resources.length).toBeGreaterThan(30)
    expect(new Set(document.resources.map((one) => one.type)).size).toBeGreaterThan(25)
  }, 400_000)

  test('the plan says what packages bring along on each, as its manager says, and writes nothing', async () => {
    for (const { host } of families) await on(host, 'sleep 0.05; touch /run/mark; sleep 0.05')
    const plan = (await site.json(['plan'])) as {
      hosts: Record<string, { changes: { key: string }[]; packages: { along: Along[]; unknown: string[] } }>
    }
    for (const { host, packages } of families) {
      expect(await written(host), host).toBe('')
      const { changes, packages: foreseen } = plan.hosts[host] ?? { changes: [] }
      expect(foreseen?.unknown).toEqual([])
      const dependency = packages.find(({ depends }) => depends !== undefined)?.depends
      expect(foreseen?.along).toEqual([{ action: 'install', name: dependency, to: host === 'h1' ? '2.4' : '2.4-1' }])
      const named = changes.flatMap(({ key }) => (key.startsWith('package:') ? [key.slice('package:'.length)] : []))
      planned.set(host, { named, along: foreseen?.along ?? [] })
    }
  }, 400_000)

  test('one run brings every host there, and a second changes nothing', async () => {
    const first = await up()
    expect(Math.min(...first.map(({ changes }) => changes))).toBeGreaterThan(30)
    for (const { host, services, admins } of families) {
      const states = `systemctl is-active shop shop-report.timer ${services}; systemctl is-enabled shop ${services}`
      expect(await on(host, states), host).toBe(`${'active\n'.repeat(4)}${'enabled\n'.repeat(3)}`)
      expect(await on(host, 'id -nG deploy; cat /srv/app/data/seed; stat -c %a:%U /srv/app/data; hostname')).toBe(
        `deploy ${admins} app\nseeded\n2770:app\n${host}-shop\n`,
      )
      expect(await on(host, 'tr "\\0" "\\n" </proc/$(pgrep -u app -x sleep)/environ | grep WORKERS')).toBe(
        `WORKERS=${host === 'h1' ? 4 : 2}\n`,
      )
      expect(await on(host, 'cat /etc/shop.ini /etc/shop.json')).toBe(
        '; sizes\n[cache]\nsize = 256M\n\n[log]\n{\n  // levels\n  "log": { "level": "info" }\n}\n',
      )
    }
    for (const [at, { host, list }] of families.entries()) {
      expect(first[at]?.along, host).toEqual(planned.get(host)?.along)
      const was = new Set(before.get(host)?.list.split('\n'))
      const come = (await on(host, list)).split('\n').filter((line) => !was.has(line))
      const wanted = planned.get(host)
      expect(come.map((line) => line.replace(/ .*/, '')).toSorted(), host).toEqual(
        [...(wanted?.named ?? []), ...(wanted?.along ?? []).map(({ name }) => name)].toSorted(),
      )
      for (const { name, to } of wanted?.along ?? []) expect(come).toContain(`${name} ${to}`)
    }
    const second = await up()
    expect(second.map(({ changes, along }) => [changes, along])).toEqual(families.map(() => [0, undefined]))
  }, 400_000)

  test('a rollback to nothing leaves the packages and the tree of before', async () => {
    const backs = families.map(({ host }) =>
      site.hexis(['rollback', '--on', host, '--to', '0', '--yes'], { timeoutMs: 300_000 }),
    )
    for (const back of await Promise.all(backs)) expect(back.status, back.all).toBe(0)
    for (const { host, list, marks } of families) {
      expect(await on(host, list), host).toBe(before.get(host)?.list)
      expect(await on(host, marks), host).toBe(before.get(host)?.marks)
      expect(differences(before.get(host)?.files ?? [], await snapshot(host)), host).toEqual([])
      expect(await on(host, 'hostname; cat /proc/sys/net/ipv4/ip_forward; systemctl --failed -q'), host).toBe(
        `${host}\n0\n`,
      )
    }
  }, 400_000)
})
