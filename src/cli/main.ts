import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import type { Process } from './process.ts'
import { thisProcess } from './process.ts'

/** Code that was stripped of its types and compiled once is kept: every later start takes half the time. */
const keepCompiledCode = (env: Process['env']): void => {
  const caches = env.XDG_CACHE_HOME || (env.HOME ? join(env.HOME, '.cache') : undefined)
  if (caches !== undefined) enableCompileCache(join(caches, 'hexis', 'compiled'))
}

/**
 * The command line: arguments in, exit code out. Only what `--version` needs is loaded before it is known to be
 * something else; each command brings its own code.
 */
export const main = async (process_: Process): Promise<number> => {
  if (process_.argv.length === 1 && process_.argv[0] === '--version') {
    process_.stdout.write(`${packageJson.version}\n`)
    return 0
  }
  if (process_.argv.length === 2 && process_.argv[0] === 'agent' && process_.argv[1] === 'evaluate') {
    // What the agent starts by itself, never a person.
    const { evaluateInChild } = await import('../agent/cycle/child.ts')
    await evaluateInChild()
    return 0
  }
  keepCompiledCode(process_.env)
  const { runCommandLine } = await import('./command-line.ts')
  return runCommandLine(process_, packageJson.version)
}

if (import.meta.main) process.exitCode = await main(thisProcess())
