import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from './cache.ts'
import { setUp, setUpText } from './layer.ts'
import type { SmallPackage } from './packages.ts'
import { tool } from './run.ts'
import type { System } from './systems.ts'
import { systems } from './systems.ts'

const systemd = ['systemd', 'systemd-sysv', 'dbus', 'libpam-systemd']
const packages = 'openssh-server,sudo,iproute2,procps,ca-certificates,acl,attr,nftables,strace'

/** apt's own sources of this machine, so that no mirror is written down anywhere. */
const aptSources = (): string => {
  const folder = '/etc/apt/sources.list.d'
  const names = existsSync(folder) ? readdirSync(folder) : []
  const read = (suffix: string): readonly string[] =>
    names.filter((name) => name.endsWith(suffix)).map((name) => readFileSync(join(folder, name), 'utf8'))
  const deb822 = read('.sources')
  if (deb822.length > 0) return deb822.join('\n\n')
  const list = '/etc/apt/sources.list'
  return [...(existsSync(list) ? [readFileSync(list, 'utf8')] : []), ...read('.list')].join('\n')
}

const codename = (): string =>
  /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'bookworm'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** A small root file system of this machine's own distribution, made once (about 35 s). */
export const debianRoot = async (more: readonly string[] = [], init: readonly string[] = systemd): Promise<string> => {
  const include = [...init, packages, ...more].join(',')
  return cached(digest(`${codename()} ${include}`), async (root) => {
    const argv = ['--mode=root', '--variant=minbase', '--dpkgopt=force-unsafe-io', '--format=directory', '--quiet']
    await tool(['mmdebstrap', ...argv, `--include=${include}`, codename(), root, '-'], {
      input: aptSources(),
      timeoutMs: 600_000,
    })
  })
}

/**
 * The layers of a lab host, upmost first: what every host of this system has beyond Debian, and Debian. `more` is in its
 * repository too; not on Debian, where packages are quickly made.
 */
export const baseLayers = async (
  system: System = 'debian',
  more: readonly SmallPackage[] = [],
): Promise<readonly string[]> => {
  const debian = await debianRoot(systems[system].packages, systems[system].init)
  const layer = await cached(`lab-${digest(debian + setUpText(system, more))}`, async (folder) => {
    mkdirSync(folder)
    await setUp(debian, folder, system, more)
  })
  return [layer, debian]
}
