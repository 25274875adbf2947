import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { baseLayers } from '../../lab/base.ts'
import { Root, type Shell } from './root.ts'

// A clean cgroup2 in a mount namespace of its own: whatever layout the machine has, systemd inside is content.
const boot = `set -eu
umount -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p "/sys/fs/cgroup/$2"
echo $$ > "/sys/fs/cgroup/$2/cgroup.procs"
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
exec systemd-nspawn -q -M "$2" -D "$1" --boot --register=no --keep-unit --private-network --resolv-conf=off \\
  --timezone=off --link-journal=no --console=read-only`

const clean = `umount -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
find "/sys/fs/cgroup/$1" -depth -type d -exec rmdir {} ';'`

/** What manages services, the command that says whether it has booted, and what that answers then. */
const managers = {
  systemd: [['systemctl', 'is-system-running'], /^(running|degraded)$/],
  openrc: [['sh', '-c', 'cat /run/openrc/softlevel; echo; ls /run/crond.pid'], /^default\n\/run\/crond.pid$/],
  sysvinit: [['sh', '-c', 'runlevel; ls /run/crond.pid'], /^N 2\n\/run\/crond.pid$/],
} as const
export type ServiceManager = keyof typeof managers

/** A throwaway machine with a running systemd, or another service manager, without a network. */
export class Machine extends Root {
  readonly process: ChildProcess
  readonly name: string
  readonly #manager: ServiceManager
  #leader = 0

  private constructor(shell: Shell, manager: ServiceManager, layers?: readonly string[]) {
    super(shell, layers)
    this.#manager = manager
    this.name = `hexis-${randomBytes(4).toString('hex')}`
    this.process = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', boot, 'sh', this.path, this.name], {
      stdio: 'ignore',
    })
  }

  /** Undefined where containers do not start here. */
  static async boot(shell: Shell = 'dash', manager: ServiceManager = 'systemd'): Promise<Machine | undefined> {
    const machine = new Machine(shell, manager, manager === 'systemd' ? undefined : await baseLayers(manager))
    const [asked, ready] = managers[manager]
    for (let tries = 0; tries < 100 && machine.process.exitCode === null; tries++) {
      await sleep(100)
      machine.#leader = machine.#findLeader()
      if (machine.#leader === 0) continue
      const [program, ...prefix] = machine.enter()
      const state = spawnSync(program, [...prefix, ...asked], { encoding: 'utf8' }).stdout.trim()
      if (ready.test(state)) return machine
    }
    await machine.stop()
    return undefined
  }

  #findLeader(): number {
    const children = spawnSync('ps', ['-o', 'pid=,comm=', '--ppid', String(this.process.pid)], {
      encoding: 'utf8',
    }).stdout
    return Number(/^\s*(\d+) (?:systemd|init)$/m.exec(children)?.[1] ?? 0)
  }

  override enter(): readonly [string, ...string[]] {
    return ['nsenter', '-t', String(this.#leader), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--']
  }

  async stop(): Promise<void> {
    // Only systemd takes the word of nspawn to end.
    if (this.#manager === 'systemd' || this.#leader === 0) this.process.kill('SIGTERM')
    else process.kill(this.#leader, 'SIGKILL')
    for (let tries = 0; tries < 50 && this.process.exitCode === null && this.process.signalCode === null; tries++)
      await sleep(100)
    this.process.kill('SIGKILL')
    spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-c', clean, 'sh', this.name], { stdio: 'ignore' })
    this.dispose()
  }
}

/** True where nspawn can be tried at all. */
export const canBoot = (): boolean => process.getuid?.() === 0 && fs.existsSync('/usr/bin/systemd-nspawn')
