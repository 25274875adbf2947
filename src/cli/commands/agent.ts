import { isSea } from 'node:sea'
import packageJson from '../../../package.json' with { type: 'json' }
import { type AgentRecord, type AgentSettings, readSettings, runAgent, settingsFile } from '../../agent/index.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Action, Context, Invocation } from '../command.ts'
import type { Exit } from '../exit.ts'
import { exits } from '../exit.ts'
import { inertLines } from '../inert.ts'
import { builtInRegistry } from '../registry.ts'
import { printJson } from '../with-site.ts'

/** How this very Hexis was started: the agent starts it again for what must not run as root. */
const ownCommand = (): readonly [string, ...string[]] =>
  isSea() ? [process.execPath] : [process.execPath, ...process.execArgv, process.argv[1] ?? '']

const exitOf = (record: AgentRecord): Exit =>
  record.state === 'ok' || record.state === 'drift' || record.state === 'frozen' ? exits.converged : exits.failed

const line = (record: AgentRecord): string => {
  const commit = record.commit === undefined ? 'no commit' : record.commit.slice(0, 12)
  const because = record.because === undefined ? '' : `: ${record.because}`
  return `${record.host}  ${commit} of ${record.branch}  ${record.state}${because}\n`
}

const run = async (settings: AgentSettings, invocation: Invocation, context: Context): Promise<Exit> => {
  const record = await runAgent({
    settings,
    registry: builtInRegistry(),
    version: packageJson.version,
    self: ownCommand(),
    once: invocation.flag('once'),
    log: (text) => context.output.err(`${inertLines(text)}\n`),
    signal: context.signal,
  })
  if (context.globals.json) printJson(record, context)
  else context.output.out(inertLines(line(record)))
  return exitOf(record)
}

const usage = (summary: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'usage',
    summary,
    hint: 'hexis agent --help shows what each verb takes.',
  })

export const action: Action = async (invocation, context) => {
  const [verb = '', arg] = invocation.args
  const settings = readSettings(invocation.text('settings') ?? settingsFile)
  if (arg !== undefined && verb !== 'rollback' && verb !== 'track') throw usage(`hexis agent ${verb} takes no ${arg}`)
  if (verb === 'run') return run(settings, invocation, context)
  throw usage(`hexis agent ${verb} is not there yet`)
}
