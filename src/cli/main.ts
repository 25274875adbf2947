import packageJson from '../../package.json' with { type: 'json' }
import type { Process } from './process.ts'

/**
 * The command line: arguments in, exit code out. Only what `--version` needs is loaded before it is known to be
 * something else; each command brings its own code.
 */
export const main = async (process_: Process): Promise<number> => {
  if (process_.argv.length === 1 && process_.argv[0] === '--version') {
    process_.stdout.write(`${packageJson.version}\n`)
    return 0
  }
  const { runCommandLine } = await import('./command-line.ts')
  return runCommandLine(process_, packageJson.version)
}

if (import.meta.main) {
  process.exitCode = await main({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
  })
}
