import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { clear, sweep } from './clear.ts'
import { findLab, type Lab, placeOf, startLab } from './lab.ts'
import { tool } from './run.ts'
import { type System, systems } from './systems.ts'

const usage = `usage: ./dev lab up [N [SYSTEM…]]
                                 N hosts h1 … hN (3), reached by: ssh -F .lab/ssh_config h1
                                 SYSTEM of h1, of h2 …: ${Object.keys(systems).join(', ')}; the rest is Debian
       ./dev lab ssh NAME [COMMAND…]
       ./dev lab status
       ./dev lab kill|boot|cut|join NAME
       ./dev lab down
`
const name = 'dev'
const here = join(import.meta.dirname, '../.lab')

const running = (): Lab => {
  const lab = findLab(name)
  if (lab === undefined) throw new Error('no lab is up: ./dev lab up 3')
  return lab
}

const systemOf = (text: string): System => {
  const known = Object.keys(systems).find((one): one is System => one === text)
  if (known === undefined) throw new Error(`no system is named ${text}\n${usage}`)
  return known
}

const up = async (count: number, of: readonly string[]): Promise<void> => {
  const lab = await startLab(count, { name, detached: true, systems: of.map(systemOf) })
  mkdirSync(here, { recursive: true })
  copyFileSync(lab.sshConfig, join(here, 'ssh_config'))
  process.stdout.write(
    `${lab.hosts.map((host) => `${host.name} ${host.address}\n`).join('')}ssh -F .lab/ssh_config h1\n`,
  )
}

const status = async (): Promise<void> => {
  const lab = running()
  for (const host of lab.hosts) {
    const state = await tool([
      'ssh',
      '-F',
      lab.sshConfig,
      '-o',
      'ConnectTimeout=3',
      host.name,
      'systemctl is-system-running || :',
    ])
      .then((text) => text.trim())
      .catch(() => 'unreachable')
    process.stdout.write(`${host.name} ${host.address} ${state}\n`)
  }
}

const main = async ([command = '', ...rest]: readonly string[]): Promise<number> => {
  const [host = ''] = rest
  switch (command) {
    case 'up':
      await up(Number(rest[0] ?? 3), rest.slice(1))
      return 0
    case 'ssh':
      return spawnSync('ssh', ['-F', running().sshConfig, ...rest], { stdio: 'inherit' }).status ?? 255
    case 'status':
      await status()
      return 0
    case 'kill':
    case 'boot':
    case 'cut':
    case 'join':
      await running()[command](host)
      return 0
    case 'down':
      await clear(placeOf(name))
      await sweep()
      rmSync(here, { recursive: true, force: true })
      return 0
    default:
      process.stderr.write(usage)
      return 1
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
