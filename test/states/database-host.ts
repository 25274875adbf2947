import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { debianRoot } from '../../lab/base.ts'
import { type HexisOptions, type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'
import { Root } from './root.ts'
import { callsBelow, changesOf, changingCalls, processCalls } from './traced.ts'

/** A root of Debian's own server, used as a chroot: the server runs inside of it. */
export interface DatabaseHost {
  readonly root: Root
  readonly site: ScratchSite
  /** The body of `configure`. */
  configure(body: string): void
  up(...args: readonly string[]): Promise<Ran>
  /** How many changes one more run makes; it must end well. */
  changes(...args: readonly string[]): Promise<number>
  hexis(args: readonly string[], options?: HexisOptions): Promise<Ran>
  stop(): void
}

/** `env`: of every hexis. */
export const databaseHost = async (
  names: readonly string[],
  packages: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<DatabaseHost> => {
  const root = new Root('dash', [await debianRoot(packages)])
  const site = scratchSite()
  root.run('mkdir -p /dev/shm /run/postgresql /run/mysqld; chmod 1777 /dev/shm /tmp /run/postgresql /run/mysqld')
  const hexis: DatabaseHost['hexis'] = (args, options = {}) =>
    site.hexis(args, { ...options, env: { ...env, ...options.env } })
  const up: DatabaseHost['up'] = (...args) => hexis(['up', '--yes', ...args])
  return {
    root,
    site,
    hexis,
    up,
    configure: (body) =>
      site.write(`import { defineSite, secret } from 'hexis'
import { ${['exec', ...names].join(', ')} } from 'hexis/resources'
export default defineSite({
  id: 'data',
  hosts: { box: { connection: 'chroot', root: '${root.path}' } },
  configure() {
    ${body}
  },
})
`),
    changes: async (...args) => {
      const ran = await up('--json', ...args)
      expect(ran.status, ran.all).toBe(0)
      return JSON.parse(ran.out.trimEnd().split('\n').at(-1) ?? '').hosts.box.changes
    },
    stop: () => {
      endAllIn(root.path)
      root.dispose()
      site.dispose()
    },
  }
}

/** What looking at these changes on the host: calls of the runtime and of the clients that it starts. */
export const changesOfLooking = (
  { root, site }: DatabaseHost,
  kind: string,
  ids: readonly string[],
): readonly string[] => {
  const log = join(site.folder, 'look')
  const calls = `trace=${changingCalls},${processCalls}`
  const look = `. /hx.sh; hx_init; hx_observe_${kind}`
  const argv = ['-f', '-qq', '-s', '4096', '-e', calls, '-o', log, ...root.enter(), '/bin/sh', '-c', look]
  const ran = spawnSync('strace', argv, { encoding: 'utf8', input: ids.map((id) => `${id}\n`).join('') })
  expect(
    ran.stdout.split('\n').filter((line) => line !== ''),
    ran.stderr,
  ).toHaveLength(ids.length)
  const all = callsBelow(readFileSync(log, 'utf8'), /^execve\("\/bin\/sh"/)
  expect(all.filter(({ text }) => /execve\(.*(psql|mariadb)"/.test(text)).length).toBeGreaterThan(0)
  return changesOf(all)
}

/** Everything that still runs in that root was started there by the test. */
const endAllIn = (folder: string): void => {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/root`) === folder && readFileSync(`/proc/${pid}/comm`, 'utf8') !== '')
        process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It is gone already.
    }
  }
}
