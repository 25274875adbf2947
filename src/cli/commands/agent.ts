import { isSea } from 'node:sea'
import packageJson from '../../../package.json' with { type: 'json' }
import {
  type AgentRecord,
  type AgentSettings,
  askAgent,
  lastRecord,
  type Order,
  order,
  readSettings,
  runAgent,
  settingsFile,
} from '../../agent/index.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Action, Context, Invocation } from '../command.ts'
import type { Exit } from '../exit.ts'
import { exits } from '../exit.ts'
import { inertLines } from '../inert.ts'
import { builtInRegistry } from '../registry.ts'
import { renderAgent } from '../view/agent.ts'
import { printJson } from '../with-site.ts'
import { installAction } from './agent-install.ts'

/** How this very Hexis was started: the agent starts it again for what must not run as root. */
const ownCommand = (): readonly [string, ...string[]] =>
  isSea() ? [process.execPath] : [process.execPath, ...process.execArgv, process.argv[1] ?? '']

const well: ReadonlySet<AgentRecord['state']> = new Set<AgentRecord['state']>(['ok', 'drift', 'frozen'])

const show = (record: AgentRecord, context: Context): Exit => {
  if (context.globals.json) printJson(record, context)
  else context.output.out(renderAgent(record, Math.floor(Date.now() / 1000)))
  return well.has(record.state) ? exits.converged : exits.failed
}

const run = async (settings: AgentSettings, invocation: Invocation, context: Context): Promise<Exit> => {
  const { ended, record } = await runAgent({
    settings,
    registry: builtInRegistry(),
    version: packageJson.version,
    self: ownCommand(),
    once: invocation.flag('once'),
    log: (text) => context.output.err(`${inertLines(text)}\n`),
    signal: context.signal,
  })
  if (!ended) {
    context.output.err(
      'Ended while a transaction runs: it goes on by itself, and the next start finds out how it ended.\n',
    )
    await context.output.flushed()
    process.exit(exits.converged)
  }
  // A service that is told to end, and does, has not failed.
  return context.signal.aborted ? exits.converged : show(record, context)
}

const usage = (summary: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'usage',
    summary,
    hint: 'hexis agent --help shows what each verb takes.',
  })

const takesArgument: Readonly<Record<string, 'commit' | 'branch'>> = { rollback: 'commit', track: 'branch' }

/** The order that a command line gives. @throws DiagnosticError for one that lacks something */
const orderOf = (verb: string, arg: string | undefined, invocation: Invocation): Order => {
  const ms = invocation.count('for')
  const why = invocation.text('why')
  const named = takesArgument[verb]
  const given = {
    verb,
    ...(why === undefined ? {} : { why }),
    ...(ms === undefined ? {} : { forSeconds: Math.ceil(ms / 1000) }),
    ...(named === undefined || arg === undefined ? {} : { [named]: arg }),
  }
  if (named !== undefined && arg === undefined) throw usage(`hexis agent ${verb} needs a ${named}`)
  if ((verb === 'freeze' || named !== undefined) && why === undefined)
    throw usage(`hexis agent ${verb} needs --why: the reason is kept with the order`)
  if (verb === 'track' && ms === undefined)
    throw usage('hexis agent track needs --for: afterwards the agent falls back by itself')
  const parsed = order.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw usage(`hexis agent ${verb}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not understood'}`)
}

const isNotRunning = (error: unknown): boolean =>
  error instanceof DiagnosticError && error.diagnostics.some((d) => d.code === 'agent-not-running')

export const action: Action = async (invocation, context) => {
  const [verb = '', arg] = invocation.args
  if (verb === 'install' || verb === 'uninstall') return installAction(verb, arg, invocation, context)
  if (arg !== undefined && takesArgument[verb] === undefined) throw usage(`hexis agent ${verb} takes no '${arg}'`)
  if (invocation.flag('once') && verb !== 'run') throw usage(`--once goes with hexis agent run`)
  const settings = readSettings(invocation.text('settings') ?? settingsFile)
  if (verb === 'run') return run(settings, invocation, context)
  const given = orderOf(verb, arg, invocation)
  try {
    return show(await askAgent(settings.run, given), context)
  } catch (error) {
    const last = verb === 'status' && isNotRunning(error) ? lastRecord(settings) : undefined
    if (last === undefined) throw error
    context.output.err('No agent runs here; this is what the last one knew.\n')
    show(last, context)
    return exits.failed
  }
}
