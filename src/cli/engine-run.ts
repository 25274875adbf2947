import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Analysis, EngineEvent, EngineOptions, OnConflict, RunSummary, UpOptions } from '../engine/types.ts'
import type { OnFailure } from '../host/session.ts'
import type { Context, Invocation } from './command.ts'
import type { Exit } from './exit.ts'
import { exits } from './exit.ts'
import { inert } from './inert.ts'
import { askPassword, askYesNo } from './prompt.ts'
import { diagnosticsOf, isHostPending, renderPlan } from './view/plan.ts'
import { planJson } from './view/plan-json.ts'
import type { Progress } from './view/progress.ts'
import { progressOn } from './view/progress.ts'
import { endEvent, exitOfSummary, renderSummary } from './view/summary.ts'
import { showDiagnostics } from './with-site.ts'

export const progressFor = (context: Context): Progress =>
  progressOn(context.output, { quiet: context.globals.quiet, verbose: context.globals.verbose > 0 })

/** What every engine call gets: the signal of Ctrl-C, and a sudo password that is asked for at most once. */
export const contactOptions = (context: Context, progress?: Progress): EngineOptions => {
  if (!context.output.interactive) return { signal: context.signal }
  let password: Promise<string> | undefined
  const ask = async (): Promise<string> => {
    progress?.pause()
    const answer = await askPassword('sudo password of the hosts', context.output)
    if (answer !== undefined) return answer
    throw new DiagnosticError({ severity: 'error', code: 'no-password', summary: 'no sudo password was given' })
  }
  return {
    signal: context.signal,
    sudoPassword: () => {
      password ??= ask()
      return password
    },
  }
}

/** The same for several hosts: a selector, how many at once, progress shown. */
export const watchedOptions = (invocation: Invocation, context: Context, progress: Progress): EngineOptions => {
  const selector = invocation.text('on')
  const parallel = invocation.count('parallel')
  return {
    ...contactOptions(context, progress),
    on: (event) => progress.on(event),
    ...(selector === undefined ? {} : { selector }),
    ...(parallel === undefined ? {} : { parallel }),
  }
}

/** Up front, before any contact: without a terminal there is nobody to ask. */
export const requireConsent = (invocation: Invocation, context: Context): void => {
  if (invocation.flag('yes') || context.output.interactive) return
  throw new DiagnosticError({
    severity: 'error',
    code: 'no-terminal',
    summary: 'there is no terminal to confirm on; no host was contacted',
    hint: 'Look with `hexis plan`, then give --yes, or save the plan with --out and carry out that file.',
  })
}

export const oneOf = <T extends string>(value: string | undefined, all: readonly T[]): T | undefined =>
  all.find((one) => one === value)

const onFailures: readonly OnFailure[] = ['rollback', 'stop', 'continue']
const onConflicts: readonly OnConflict[] = ['keep', 'replace', 'abort']

const wholeSeconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.ceil(ms / 1000)

/** The options that `up` and `rollback` share, as the engine takes them. */
const executionOptions = (invocation: Invocation): Omit<UpOptions, 'confirm'> => {
  const onFailure = oneOf(invocation.text('on-failure'), onFailures)
  const onConflict = oneOf(invocation.text('on-conflict'), onConflicts)
  const batch = invocation.text('batch')
  const maxFailures = invocation.count('max-failures')
  const maxCycles = invocation.count('max-cycles')
  const trySeconds = invocation.flag('no-try') ? 0 : wholeSeconds(invocation.count('try'))
  return {
    ...(trySeconds === undefined ? {} : { trySeconds }),
    allowIrreversible: invocation.flag('allow-irreversible'),
    allowRemovals: invocation.flag('allow-removals'),
    forceCommit: invocation.flag('force-commit'),
    showPrivate: invocation.flag('private'),
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(onConflict === undefined ? {} : { onConflict }),
    ...(batch === undefined ? {} : { batch }),
    ...(maxFailures === undefined ? {} : { maxFailures }),
    ...(maxCycles === undefined ? {} : { maxCycles }),
  }
}

const question = (analysis: Analysis): string => {
  const count = analysis.hosts.filter(isHostPending).length
  return `Carry this out on ${count} host${count === 1 ? '' : 's'}?`
}

/** Shows a plan (or emits it) and asks, unless --yes. */
const confirmer =
  (invocation: Invocation, context: Context, progress: Progress, root: string, onInterrupt: () => void) =>
  async (analysis: Analysis, cycle: number): Promise<boolean> => {
    const { output, globals } = context
    progress.pause()
    if (globals.json) output.out(`${JSON.stringify({ event: 'plan', cycle, ...planJson(analysis) })}\n`)
    else {
      const label = cycle === 1 ? '' : `${output.paintOut('bold', `cycle ${cycle}`)}: the second look found more\n`
      output.out(`${label}${renderPlan(analysis, { whole: invocation.flag('diff') }, output.paintOut)}`)
    }
    showDiagnostics(diagnosticsOf(analysis.hosts), root, context)
    if (!analysis.hosts.some(isHostPending)) return true
    if (context.signal.aborted) return false
    if (invocation.flag('yes')) return true
    if (globals.json && output.interactive) output.err(renderPlan(analysis, { whole: false }, output.paintErr))
    const answer = await askYesNo(question(analysis), output)
    if (answer === 'interrupted') {
      onInterrupt()
      output.err('Interrupted at the question: nothing was changed.\n')
    }
    return answer === 'yes'
  }

/** Events for programs (`--json`) or progress for people. */
const eventSink = (context: Context, progress: Progress): ((event: EngineEvent) => void) =>
  context.globals.json ? (event) => context.output.out(`${JSON.stringify(event)}\n`) : (event) => progress.on(event)

const finish = (
  summary: RunSummary,
  how: { readonly interrupted: boolean; readonly undoneIsWanted?: boolean },
  shown: ReadonlySet<string>,
  root: string,
  context: Context,
): Exit => {
  const exit = exitOfSummary(summary, how)
  const fresh = diagnosticsOf(summary.hosts).filter((d) => !shown.has(JSON.stringify(d)))
  showDiagnostics(fresh, root, context)
  if (context.globals.json) context.output.out(`${JSON.stringify(endEvent(summary, exit))}\n`)
  else context.output.out(renderSummary(summary, context.output.paintOut))
  return exit
}

/** A trial that a person asked for, on a terminal, is theirs to judge; any other stays when a new connection comes. */
const trialQuestion = (invocation: Invocation, context: Context, progress: Progress): Pick<UpOptions, 'keepTrial'> => {
  if (invocation.count('try') === undefined || invocation.flag('yes') || !context.output.interactive) return {}
  return {
    keepTrial: async (host) => {
      progress.pause()
      return (
        (await askYesNo(
          `${inert(host)} takes new connections. Keep the changes that are on trial?`,
          context.output,
        )) === 'yes'
      )
    },
  }
}

/** The way of `up` and `rollback`: plan, question, execution, summary. */
export const carryOut = async (
  invocation: Invocation,
  context: Context,
  root: string,
  run: (options: UpOptions) => Promise<RunSummary>,
): Promise<Exit> => {
  const progress = progressFor(context)
  const shown = new Set<string>()
  let interruptedAtPrompt = false
  const ask = confirmer(invocation, context, progress, root, () => {
    interruptedAtPrompt = true
  })
  try {
    const summary = await run({
      ...watchedOptions(invocation, context, progress),
      ...executionOptions(invocation),
      on: eventSink(context, progress),
      ...trialQuestion(invocation, context, progress),
      confirm: (analysis, cycle) => {
        for (const d of diagnosticsOf(analysis.hosts)) shown.add(JSON.stringify(d))
        return ask(analysis, cycle)
      },
    })
    progress.close()
    return finish(summary, { interrupted: interruptedAtPrompt || context.signal.aborted }, shown, root, context)
  } finally {
    progress.close()
  }
}

/** The way of `recover` and `run`: no plan and no question. */
export const carryOutPlainly = async (
  invocation: Invocation,
  context: Context,
  root: string,
  run: (options: EngineOptions) => Promise<RunSummary>,
  how: { readonly undoneIsWanted?: boolean } = {},
  onEvent?: (event: EngineEvent) => boolean,
): Promise<Exit> => {
  const progress = progressFor(context)
  const sink = eventSink(context, progress)
  try {
    const summary = await run({
      ...watchedOptions(invocation, context, progress),
      on: (event) => {
        if (context.globals.json || onEvent?.(event) !== true) sink(event)
      },
    })
    progress.close()
    return finish(summary, { interrupted: context.signal.aborted, ...how }, new Set(), root, context)
  } finally {
    progress.close()
  }
}

export const interruptedOr = (exit: Exit, context: Context): Exit => (context.signal.aborted ? exits.interrupted : exit)
