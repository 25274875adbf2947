import { runCommandLine } from '../../src/cli/command-line.ts'
import { samplePorts, sampleSite } from './sample.ts'

/** The command line over the sample engine, for tests that need a real process and for looking at it. */
const site = sampleSite(Number(process.env.SAMPLE_STEP_MS ?? 0))
process.exitCode = await runCommandLine(
  {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
  },
  '0.0.0',
  samplePorts(site),
)
if (process.env.SAMPLE_CALLS === '1') process.stderr.write(`calls: ${site.calls.join(', ')}\n`)
