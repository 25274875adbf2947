import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { baseLayers } from './base.ts'
import { cacheFolder } from './cache.ts'
import { clear, sweep } from './clear.ts'
import { bootHost, bridgeSpace, killHost, type LabHost, makeRoot, type Place, spaceOf } from './host.ts'
import { startOf } from './processes.ts'
import { tool } from './run.ts'
import { writeSshFiles } from './ssh-files.ts'
import type { System } from './systems.ts'

export type { LabHost } from './host.ts'

/** Real hosts with systemd, in network namespaces of their own, until `stop`. */
export interface Lab {
  readonly name: string
  readonly hosts: readonly LabHost[]
  /** An OpenSSH configuration in which the hosts have their names: `ssh -F CONFIG h1`. */
  readonly sshConfig: string
  /** The network namespace from which the hosts are reached. */
  readonly space: string
  /** Ends everything and leaves nothing behind. */
  stop(): Promise<void>
  /** Kills the first process of a host; its file system stays. */
  kill(host: string): Promise<void>
  boot(host: string): Promise<void>
  /** Takes a host off the network, and back. */
  cut(host: string): Promise<void>
  join(host: string): Promise<void>
}

export interface LabOptions {
  /** Part of machine-wide names: two labs of one name cannot be. */
  readonly name?: string
  /** `detached`: the lab outlives this process; otherwise the next lab sweeps it away once this process is gone. */
  readonly detached?: boolean
  /** What the hosts are, from h1 on; the rest is Debian. */
  readonly systems?: readonly System[]
  /** Files to write into each host's root before it boots. */
  readonly prepare?: (host: LabHost) => Promise<void> | void
}

const maxHosts = 200
const address = (index: number): string => `10.77.0.${index + 10}`

const hostsFile = (hosts: readonly LabHost[]): string =>
  ['127.0.0.1 localhost', '::1 localhost', ...hosts.map((host) => `${host.address} ${host.name}`), ''].join('\n')

/** The folder of a lab of this name, whether there is one or not. */
export const placeOf = (name: string): Place => ({ lab: name, folder: join(cacheFolder, 'labs', name) })

/** Starts `count` hosts h1, h2 … and waits until all answer ssh. Needs root. */
export const startLab = async (count: number, options: LabOptions = {}): Promise<Lab> => {
  if (process.getuid?.() !== 0) throw new Error('a lab needs root: it makes namespaces and mounts')
  if (count < 1 || count > maxHosts) throw new Error(`a lab has 1 to ${maxHosts} hosts`)
  const place = placeOf(options.name ?? `p${process.pid}`)
  await sweep()
  if (existsSync(place.folder)) throw new Error(`there is a lab ${place.lab} already`)
  const systemOf = (index: number): System => options.systems?.[index] ?? 'debian'
  const hosts = Array.from({ length: count }, (_, i) => {
    const name = `h${i + 1}`
    return { name, address: address(i), root: join(place.folder, name, 'root') }
  })
  mkdirSync(place.folder, { recursive: true, mode: 0o755 })
  const owner = options.detached === true ? 'none' : `${process.pid} ${startOf(process.pid)}`
  writeFileSync(join(place.folder, 'owner'), owner)
  writeFileSync(join(place.folder, 'hosts'), hosts.map((host) => `${host.name} ${host.address}\n`).join(''))
  try {
    await allowManyHosts()
    const key = join(place.folder, 'key')
    await tool(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'hexis lab', '-f', key])
    const shared = { hosts: hostsFile(hosts), authorizedKey: readFileSync(`${key}.pub`, 'utf8') }
    await makeNetwork(place, hosts)
    for (const [index, host] of hosts.entries()) {
      await makeRoot(place, host, await baseLayers(systemOf(index)), shared)
      await options.prepare?.(host)
    }
    writeSshFiles(place, hosts)
    await inWaves(hosts, 10, (host) => bootHost(place, host))
  } catch (error) {
    if (process.env.HEXIS_LAB_KEEP === undefined) await clear(place)
    throw error
  }
  return open(place, hosts)
}

/** The lab of this name that runs already. */
export const findLab = (name: string): Lab | undefined => {
  const place = placeOf(name)
  const list = join(place.folder, 'hosts')
  if (!existsSync(list)) return undefined
  const hosts = readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [host = '', at = ''] = line.split(' ')
      return { name: host, address: at, root: join(place.folder, host, 'root') }
    })
  return open(place, hosts)
}

const open = (place: Place, hosts: readonly LabHost[]): Lab => {
  const find = (name: string): LabHost => {
    const host = hosts.find((one) => one.name === name)
    if (host === undefined) throw new Error(`no host ${name} in lab ${place.lab}`)
    return host
  }
  const link = async (name: string, state: 'up' | 'down'): Promise<void> => {
    await tool(['ip', '-n', bridgeSpace(place), 'link', 'set', find(name).name, state])
  }
  return {
    name: place.lab,
    hosts,
    sshConfig: join(place.folder, 'ssh_config'),
    space: bridgeSpace(place),
    stop: () => clear(place),
    kill: (name) => killHost(place, find(name)),
    boot: (name) => bootHost(place, find(name)),
    cut: (name) => link(name, 'down'),
    join: (name) => link(name, 'up'),
  }
}

/** systemd needs a few inotify instances a host; the usual 128 end at about 25 hosts. */
const allowManyHosts = async (): Promise<void> => {
  const file = '/proc/sys/fs/inotify/max_user_instances'
  if (Number(readFileSync(file, 'utf8')) < 8192) writeFileSync(file, '8192')
}

const makeNetwork = async (place: Place, hosts: readonly LabHost[]): Promise<void> => {
  const bridge = bridgeSpace(place)
  await tool(['ip', 'netns', 'add', bridge])
  for (const host of hosts) await tool(['ip', 'netns', 'add', spaceOf(place, host.name)])
  const lines = [
    'link set lo up',
    'link add br0 type bridge',
    'address add 10.77.0.1/24 dev br0',
    'link set br0 up',
    ...hosts.flatMap(({ name }) => [
      `link add ${name} type veth peer name eth0 netns ${spaceOf(place, name)}`,
      `link set ${name} master br0 up`,
    ]),
  ]
  await tool(['ip', '-n', bridge, '-batch', '-'], { input: `${lines.join('\n')}\n` })
  for (const host of hosts) {
    const inside = ['link set lo up', `address add ${host.address}/24 dev eth0`, 'link set eth0 up']
    await tool(['ip', '-n', spaceOf(place, host.name), '-batch', '-'], { input: `${inside.join('\n')}\n` })
  }
}

const inWaves = async <T>(items: readonly T[], size: number, run: (item: T) => Promise<void>): Promise<void> => {
  for (let i = 0; i < items.length; i += size) await Promise.all(items.slice(i, i + size).map(run))
}
