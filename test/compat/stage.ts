import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '../../lab/lab.ts'
import { runProcess } from '../../src/process/run.ts'
import type { ScratchSite } from '../scratch-site.ts'
import { scratchSite } from '../scratch-site.ts'
import { Root } from '../states/root.ts'

const limitBytes = 16 * 1024 * 1024

/** Where the rows of a table are tried. */
export interface Stage {
  readonly site: ScratchSite
  /** The host as a config declares it. */
  readonly host: string
  /** Directory of a row, as configs name it and as shell text names it. */
  folder(name: string): { readonly declared: string; readonly real: string }
  /** Runs shell text where the rows' own text runs; never throws. */
  shell(text: string): Promise<{ readonly status: number; readonly out: string }>
  stop(): Promise<void>
}

const runShell = async (
  argv: readonly [string, ...string[]],
  text: string,
): Promise<{ status: number; out: string }> => {
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', HOME: '/root' }
  const done = await runProcess(argv, { stdin: text, timeoutMs: 60_000, limitBytes, env })
  return { status: done.status ?? -1, out: `${done.stdout.toString('utf8')}${done.stderr}` }
}

/** A plain folder as a host: no privileges needed; shell text runs beside it. */
export const folderStage = (): Stage => {
  const site = scratchSite()
  const box = join(site.folder, 'box')
  mkdirSync(join(box, 'srv'), { recursive: true })
  return {
    site,
    host: "{ connection: 'directory', root: './box', os: 'debian/12' }",
    folder: (name) => ({ declared: `/srv/${name}`, real: join(box, 'srv', name) }),
    // Some tables put files into the config repository.
    shell: (text) => runShell(['sh', '-s'], `SITE='${site.folder}'\n${text}`),
    stop: async () => site.dispose(),
  }
}

/** A whole root by chroot(8). `from`: shell text runs inside, or outside with all tools of this machine. */
export const rootStage = (from: 'inside' | 'outside', prepare?: (root: Root) => void): Stage => {
  const site = scratchSite()
  const root = new Root()
  prepare?.(root)
  const inside = [...root.enter(), '/bin/sh', '-s'] as const
  return {
    site,
    host: `{ connection: 'chroot', root: '${root.path}' }`,
    folder: (name) => ({ declared: `/srv/${name}`, real: join(from === 'inside' ? '/' : root.path, 'srv', name) }),
    shell: (text) => runShell(from === 'inside' ? inside : ['sh', '-s'], `ROOT='${root.path}'\n${text}`),
    stop: async () => {
      // A file that a row made immutable would outlive the root.
      await runShell(['chattr', '-R', '-i', '-f', join(root.path, 'srv')], '')
      root.dispose()
      site.dispose()
    },
  }
}

/** A host with systemd, over ssh. */
export const labStage = (lab: Lab): Stage => {
  const site = scratchSite()
  return {
    site,
    host: `{ address: 'h1', ssh: { configFile: '${lab.sshConfig}' } }`,
    folder: (name) => ({ declared: `/srv/${name}`, real: `/srv/${name}` }),
    shell: (text) => runShell(['ssh', '-F', lab.sshConfig, 'h1', 'sh', '-s'], text),
    stop: async () => site.dispose(),
  }
}
