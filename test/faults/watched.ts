import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownEnvironment } from '../../src/process/run.ts'
import type { Site } from './bench.ts'

const hexisBin = join(import.meta.dirname, '../../bin/hexis')

/** A run of Hexis that is looked at, and interrupted, while it goes on. */
export interface Watched {
  /** Both streams so far. */
  text(): string
  /** Waits until the text holds this. */
  said(what: string): Promise<void>
  signal(name: NodeJS.Signals): void
  type(keys: string): void
  /** The exit status, or the name of the signal that ended it. */
  ended(): Promise<number | string>
}

const watch = (argv: readonly [string, ...string[]], cwd: string, env: Readonly<Record<string, string>>): Watched => {
  const [program, ...args] = argv
  const child = spawn(program, args, { cwd, env, detached: true })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
  const closed = new Promise<number | string>((resolve) => {
    child.on('close', (status, signal) => resolve(signal ?? status ?? -1))
  })
  return {
    text: () => text,
    said: async (what) => {
      for (let tries = 0; tries < 600; tries++) {
        if (text.includes(what)) return
        await sleep(25)
      }
      throw new Error(`it never said ${what}:\n${text}`)
    },
    signal: (name) => {
      if (child.pid !== undefined) process.kill(child.pid, name)
    },
    type: (keys) => child.stdin.write(keys),
    ended: () => closed,
  }
}

const environment = (site: Site): Readonly<Record<string, string>> => {
  const { FORCE_COLOR: _, ...env } = ownEnvironment()
  return { ...env, NO_COLOR: '1', TERM: 'xterm', XDG_CACHE_HOME: join(site.folder, '.cache') }
}

export const startHexis = (site: Site, ...args: readonly string[]): Watched =>
  watch([hexisBin, ...args], site.folder, environment(site))

/** The same on a terminal, made by script(1). */
export const startOnTerminal = (site: Site, args: string): Watched =>
  watch(
    ['script', '-qefc', `stty cols 100 rows 40; exec '${hexisBin}' ${args}`, '/dev/null'],
    site.folder,
    environment(site),
  )
