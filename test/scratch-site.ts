import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ownEnvironment, runProcess } from '../src/process/run.ts'
import { type Running, startProcess } from '../src/process/start.ts'

const hexisBin = join(import.meta.dirname, '../bin/hexis')
const limitBytes = 64 * 1024 * 1024

export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
  /** Both streams, for looking whether something is in neither. */
  readonly all: string
}

export interface HexisOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  readonly stdin?: string
}

/** A config repository in a folder of its own, used as a person would: by the command line of this checkout. */
export interface ScratchSite {
  readonly folder: string
  /** Writes a file of the repository; `site.ts` unless a name is given. */
  write(text: string, name?: string): void
  /** `hexis ARGS` in the folder; never throws, whatever the exit status is. */
  hexis(args: readonly string[], options?: HexisOptions): Promise<Ran>
  /** `hexis ARGS --json`, its one value; throws with all output where that is none. */
  json(args: readonly string[], options?: HexisOptions): Promise<unknown>
  /** Starts `hexis ARGS` and does not wait. */
  start(args: readonly string[], options?: HexisOptions): Running
  git(...args: readonly string[]): Promise<string>
  dispose(): void
}

const clean = (): Readonly<Record<string, string>> => {
  const { NO_COLOR: _a, FORCE_COLOR: _b, ...env } = ownEnvironment()
  return env
}

/** Cache and state of the command line stay inside the folder too. */
const environment = (folder: string, options: HexisOptions): Readonly<Record<string, string>> => ({
  ...clean(),
  XDG_CACHE_HOME: join(folder, '.cache'),
  XDG_STATE_HOME: join(folder, '.state'),
  ...options.env,
})

export const scratchSite = (): ScratchSite => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-site-'))
  const argvOf = (args: readonly string[]): readonly [string, ...string[]] => [hexisBin, ...args]
  const hexis: ScratchSite['hexis'] = async (args, options = {}) => {
    const outcome = await runProcess(argvOf(args), {
      timeoutMs: options.timeoutMs ?? 120_000,
      limitBytes,
      stdin: options.stdin ?? '',
      env: environment(folder, options),
      cwd: folder,
    })
    if (outcome.is !== 'done') throw new Error(`hexis ${args.join(' ')}: ${outcome.is}\n${outcome.stderr}`)
    const out = outcome.stdout.toString('utf8')
    return { status: outcome.status, out, err: outcome.stderr, all: `${out}\n${outcome.stderr}` }
  }
  return {
    folder,
    write: (text, name = 'site.ts') => {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    },
    hexis,
    json: async (args, options) => {
      const ran = await hexis([...args, '--json'], options)
      try {
        return JSON.parse(ran.out)
      } catch {
        throw new Error(`hexis ${args.join(' ')} --json gave no JSON (status ${ran.status}):\n${ran.all}`)
      }
    },
    start: (args, options = {}) => startProcess(argvOf(args), { env: environment(folder, options), cwd: folder }),
    git: async (...args) => {
      const argv = ['git', '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args] as const
      const outcome = await runProcess([...argv], { timeoutMs: 20_000, limitBytes, cwd: folder })
      if (outcome.status !== 0) throw new Error(`git ${args.join(' ')}: ${outcome.stderr}`)
      return outcome.stdout.toString('utf8').trim()
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}
