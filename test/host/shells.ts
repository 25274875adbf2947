import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenOptions } from '../../src/host/open.ts'

/** Every shell that a managed host may have as /bin/sh; the last one finds nothing but busybox on its PATH. */
export const shells = ['dash', 'busybox ash', 'bash --posix', 'mksh', 'busybox only'] as const
export type ShellName = (typeof shells)[number]

const which = (program: string): string => spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim()

/** One temporary folder with a single path for each shell: links, since a shell may be told by its name. */
export const shellFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-shells-'))
  const link = (name: string, program: string): string => {
    const path = join(folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    symlinkSync(which(program), path)
    return path
  }
  const paths: Readonly<Record<ShellName, string>> = {
    dash: which('dash'),
    'busybox ash': link('ash', 'busybox'),
    // bash under the name of sh is bash --posix.
    'bash --posix': link('posix/sh', 'bash'),
    mksh: which('mksh'),
    'busybox only': link('only/ash', 'busybox'),
  }
  const tools = join(folder, 'tools')
  mkdirSync(tools)
  spawnSync('busybox', ['--install', '-s', tools])
  return {
    options: (shell: ShellName): Pick<OpenOptions, 'shell' | 'variables' | 'timeoutMs'> => ({
      shell: paths[shell],
      timeoutMs: 10_000,
      variables: { HX_LOCK_WAIT: '1', ...(shell === 'busybox only' ? { HX_PATH: tools } : {}) },
    }),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}
