import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '../lab/lab.ts'
import { scratchSite } from '../test/scratch-site.ts'
import { inside } from './host.ts'
import { startGroup } from './stage.ts'

const hexisBin = join(import.meta.dirname, '../bin/hexis')

/** What ends a whole run: the controller dies, the network goes and comes back, the host loses power and starts again. */
export const runFaults = ['controller', 'network', 'power'] as const
export type RunFault = (typeof runFaults)[number]

export interface RunOutcome {
  readonly fault: RunFault
  /** Records that the journal held when it struck. */
  readonly records: number
  readonly ended: 'before' | 'after' | 'neither'
  readonly violations: readonly string[]
}

const site = (config: string): string => `import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({
  id: 'chaos',
  hosts: { h1: { ssh: { configFile: '${config}', connectTimeoutSeconds: 3 } } },
  configure() {
    r.directory('/srv/run', { mode: '0750' })
    for (let i = 0; i < 5; i++) r.file('/srv/run/' + i, { content: 'run ' + i })
    r.file('/etc/motd', { content: 'chaos\\n', mode: '0600' })
    r.group('runs', { gid: 4712 })
    r.user('runs', { uid: 4712, group: 'runs', shell: '/bin/sh' })
    r.pkg('hexis-tool-b')
    r.exec('made', { command: 'echo x >/srv/run-made', creates: '/srv/run-made', undo: 'rm -f /srv/run-made' })
    r.service('chaos', { running: true, enabled: true })
  },
})
`

const look = [
  'find /srv /etc/motd -xdev ! -path "/srv/apt*" -type f -exec sha256sum {} + | sort -k 2',
  'find /srv /etc/motd -xdev ! -path "/srv/apt*" ! -path /srv -printf "%p %y %m %U %G\\n" | sort',
  'getent passwd runs; getent group runs; ls -d /home/runs 2>&1',
  'dpkg -s hexis-tool-b 2>&1 | grep -e ^Status -e installed; systemctl is-active chaos; systemctl is-enabled chaos; true',
].join('\n')

/** Strikes runs of the whole program on one real host, each when its journal holds so many records. */
export const runCampaign = async (
  lab: Lab,
  plan: readonly { readonly fault: RunFault; readonly records: number }[],
  tell: (outcome: RunOutcome) => void,
): Promise<readonly RunOutcome[]> => {
  const [host] = lab.hosts
  if (host === undefined) throw new Error('the lab has no host')
  const scratch = scratchSite()
  scratch.write(site(lab.sshConfig))
  const see = (): string => inside(lab.name, host, look)
  const records = (): number => {
    const folder = join(host.root, 'var/lib/hexis/journal')
    try {
      return Math.max(
        0,
        ...readdirSync(folder).map((tx) => readFileSync(join(folder, tx, 'log'), 'utf8').split('\n').length - 1),
      )
    } catch {
      return 0
    }
  }
  const settled = async (...argv: readonly string[]): Promise<string> => {
    for (let tries = 0; ; tries++) {
      const ran = await scratch.hexis(argv)
      if (ran.status === 0 || tries === 10) return ran.status === 0 ? '' : `hexis ${argv.join(' ')}: ${ran.all}`
      await sleep(500)
    }
  }
  const strike = async (fault: RunFault, at: number): Promise<void> => {
    const up = startGroup([hexisBin, '-C', scratch.folder, 'up', '--yes'], {
      ...process.env,
      XDG_CACHE_HOME: join(scratch.folder, '.cache'),
    })
    let over = false
    void up.ended.then(() => {
      over = true
    })
    for (let n = 0; n < 4000 && !over && records() < at; n++) await sleep(2)
    if (fault === 'controller') up.killGroup()
    if (fault === 'network') {
      await lab.cut(host.name)
      await sleep(1000)
      await lab.join(host.name)
    }
    if (fault === 'power') {
      await lab.kill(host.name)
      await lab.boot(host.name)
    }
    if (fault === 'power') up.killGroup()
    await up.ended
  }
  const out: RunOutcome[] = []
  try {
    await settled('forget', 'h1', '--yes')
    const before = see()
    const made = await settled('up', '--yes')
    if (made !== '') throw new Error(made)
    const after = see()
    const clean = async (): Promise<string> =>
      (await settled('rollback', '--to', '0', '--yes', '--allow-removals')) || (await settled('forget', 'h1', '--yes'))
    const first = await clean()
    if (first !== '') throw new Error(first)
    for (const { fault, records: at } of plan) {
      await strike(fault, at)
      const violations = [await settled('recover')].filter((text) => text !== '')
      const now = see()
      const ended = now === before ? 'before' : now === after ? 'after' : 'neither'
      if (ended === 'neither') violations.push(`neither as before nor as planned:\n${now}`)
      const again = await settled('up', '--yes')
      if (again !== '') violations.push(again)
      if (see() !== after) violations.push('a run after that does not bring what is planned')
      const back = await clean()
      if (back !== '') violations.push(back)
      if (see() !== before) violations.push('a rollback after that does not bring back what was there')
      const outcome: RunOutcome = { fault, records: at, ended, violations }
      tell(outcome)
      out.push(outcome)
    }
  } finally {
    scratch.dispose()
  }
  return out
}
