import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { end, firstProcessOf, processesOf } from './processes.ts'
import { tool, until } from './run.ts'

/** One host of a lab. */
export interface LabHost {
  readonly name: string
  readonly address: string
  /** Its file system as this machine sees it. */
  readonly root: string
}

/** Where things of a lab and of its hosts are; all of it follows from the lab's name. */
export interface Place {
  /** The lab's name, part of every name that is machine-wide. */
  readonly lab: string
  readonly folder: string
}

export const groupOf = (place: Place): string => `hexis-${place.lab}`
export const bridgeSpace = (place: Place): string => `hexis-${place.lab}`
export const spaceOf = (place: Place, host: string): string => `hexis-${place.lab}.${host}`

/** A root of its own over the shared layers, with a name, keys and an identity. */
export const makeRoot = async (
  place: Place,
  host: LabHost,
  layers: readonly string[],
  shared: { readonly hosts: string; readonly authorizedKey: string },
): Promise<void> => {
  const folder = join(place.folder, host.name)
  mkdirSync(join(folder, 'work'), { recursive: true })
  for (const name of ['upper', 'root']) mkdirSync(join(folder, name), { mode: 0o755 })
  const etc = join(folder, 'upper/etc')
  mkdirSync(join(etc, 'ssh'), { recursive: true, mode: 0o755 })
  writeFileSync(join(etc, 'hostname'), `${host.name}\n`)
  writeFileSync(join(etc, 'hosts'), shared.hosts)
  writeFileSync(join(etc, 'machine-id'), `${randomBytes(16).toString('hex')}\n`, { mode: 0o444 })
  await tool([
    'ssh-keygen',
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-C',
    host.name,
    '-f',
    join(etc, 'ssh/ssh_host_ed25519_key'),
  ])
  const options = `lowerdir=${layers.join(':')},upperdir=${join(folder, 'upper')},workdir=${join(folder, 'work')}`
  await tool(['mount', '-t', 'overlay', 'overlay', '-o', options, host.root])
  for (const home of ['root', 'home/admin']) {
    writeFileSync(join(host.root, home, '.ssh/authorized_keys'), shared.authorizedKey, { mode: 0o600 })
  }
  await tool(['chroot', host.root, 'chown', '-R', 'admin:', '/home/admin/.ssh'])
}

/** Starts the host and waits until it answers ssh. */
export const bootHost = async (place: Place, host: LabHost, timeoutMs = 60_000): Promise<void> => {
  const log = openSync(join(place.folder, host.name, 'console.log'), 'a')
  const boot = join(import.meta.dirname, 'boot.sh')
  const group = groupOf(place)
  const argv = ['-m', '/bin/sh', boot, group, host.name, host.root, spaceOf(place, host.name)]
  const child = spawn('unshare', argv, { detached: true, stdio: ['ignore', log, log], cwd: '/' })
  child.unref()
  closeSync(log)
  let failed: string | undefined
  child.on('exit', (status) => {
    failed = `it ended with status ${status}`
  })
  await until(
    `${host.name} to answer ssh`,
    async () => {
      if (failed !== undefined) throw new Error(`${host.name} did not boot: ${failed}; see its console.log`)
      return answers(place, host)
    },
    timeoutMs,
    100,
  )
}

const answers = async (place: Place, host: LabHost): Promise<boolean> => {
  const look = `exec 3<>/dev/tcp/${host.address}/22 && read -r -t 2 line <&3 && case $line in SSH-*) ;; *) exit 1 ;; esac`
  try {
    await tool(['nsenter', `--net=/run/netns/${bridgeSpace(place)}`, 'timeout', '3', 'bash', '-c', look])
    return true
  } catch {
    return false
  }
}

/** Ends the host as a loss of power would: its first process is killed, and with it everything inside. */
export const killHost = async (place: Place, host: LabHost): Promise<void> => {
  const group = `${groupOf(place)}/${host.name}`
  const first = firstProcessOf(group)
  if (first !== undefined) end(first)
  await until(`${host.name} to end`, () => processesOf(group).length === 0, 10_000, 20)
}
