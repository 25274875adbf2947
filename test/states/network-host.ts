import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { spaceOf } from '../../lab/host.ts'
import { type Lab, placeOf, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

/** A host with interfaces that nothing else uses: hx0 and hx2, whose other ends are hx1 and hx3. */
export interface NetworkHost {
  readonly site: ScratchSite
  /** In the host itself, past its network; both streams. */
  inside(command: string): Promise<string>
  /** What the kernel has of addresses, routes and bridges, the interface of ssh included. */
  look(): Promise<string>
  /** Looks (or runs the command) until it holds: some managers do their work a moment later. */
  until(holds: (said: string) => boolean, command?: string): Promise<string>
  configure(declared: string): void
  up(...args: readonly string[]): Promise<Ran>
  /** How many changes one more run makes. */
  changes(): Promise<number>
  stop(): Promise<void>
}

interface Options {
  /** Debian packages with what they need, from this machine's own sources. */
  readonly packages?: string
  /** Only unpack them, or let apt of the host install them from its repository. */
  readonly how?: 'unpack' | 'install'
  /** Run in the host before they are installed. */
  readonly first?: string
}

const looked =
  'for i in eth0 hx0 hx2 hxbr; do ip -o address show dev $i scope global | sed "s/ valid_lft.*//; s/^[0-9]*//; s/ noprefixroute//; s/ tentative//"; done; { ip route; ip -6 route | grep -v fe80; } | sed -E "s/ metric [1-9][0-9]{2} / /; s/ linkdown//"; ls -A /sys/class/net; ls /sys/class/net/*/brif 2>/dev/null'

const interfaces =
  'ip link add hx0 type veth peer name hx1; ip link set hx1 up; ip link add hx2 type veth peer name hx3; ip link set hx3 up'

const download = async (folder: string, packages: string): Promise<void> => {
  const get = 'cd "$1" && apt-get -q -o APT::Sandbox::User=root download $2'
  await tool(['sh', '-c', get, 'sh', folder, packages], { timeoutMs: 120_000 })
}

const startHost = async (name: string, { packages = '', how = 'unpack' }: Options): Promise<Lab> => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-debs-'))
  if (packages !== '') await download(folder, packages)
  const unpack =
    'for deb in "$1"/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$2"; done'
  const index = 'cd "$1" && dpkg-scanpackages -m . >Packages 2>/dev/null'
  const lab = await startLab(1, {
    name: `${name}${process.pid}`,
    prepare: async (host) => {
      const repository = join(host.root, 'srv/apt')
      if (packages === '') return
      if (how === 'unpack') await tool(['sh', '-c', unpack, 'sh', folder, host.root])
      else {
        cpSync(folder, repository, { recursive: true })
        await tool(['sh', '-c', index, 'sh', repository])
      }
    },
  })
  rmSync(folder, { recursive: true })
  return lab
}

/** A host whose network the manager of that name takes care of. */
export const networkHost = async (manager: string, options: Options = {}): Promise<NetworkHost> => {
  const lab = await startHost(manager, options)
  const site = scratchSite()
  const inside: NetworkHost['inside'] = async (command) => {
    const init = (await tool(['ip', 'netns', 'pids', spaceOf(placeOf(lab.name), 'h1')])).trim().split('\n')[0] ?? ''
    const argv = ['nsenter', '-t', init, '-a', 'sh', '-c', `{ ${command}; } 2>&1; true`] as const
    return tool([...argv], { timeoutMs: 60_000 })
  }
  const up: NetworkHost['up'] = (...args) => site.hexis(['up', '--yes', ...args])
  await inside(interfaces)
  await inside(options.first ?? ':')
  if (options.how === 'install')
    await inside(
      `apt-get -q update; DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends ${options.packages}`,
    )
  return {
    site,
    inside,
    up,
    look: () => inside(looked),
    until: async (holds, command = looked) => {
      let said = ''
      for (let n = 0; n < 60; n++) {
        said = await inside(command)
        if (holds(said)) return said
        await sleep(250)
      }
      throw new Error(`not within time:\n${said}`)
    },
    configure: (declared) =>
      site.write(`import { defineSite } from 'hexis'
import { network, resolver, run, service } from 'hexis/resources'
export default defineSite({
  id: 'net',
  profiles: [{ id: 'debian/12', inherits: 'debian', managers: { network: '${manager}' } }],
  hosts: { h1: { ssh: { configFile: '${lab.sshConfig}', connectTimeoutSeconds: 2 } } },
  configure() {
    ${declared}
  },
})
`),
    changes: async () => {
      const ran = await up('--json', '--allow-removals')
      expect(ran.status, ran.all).toBe(0)
      return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.h1.changes
    },
    stop: async () => {
      site.dispose()
      await lab.stop()
    },
  }
}
