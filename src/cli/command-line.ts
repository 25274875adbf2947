import { resolve } from 'node:path'
import { CommanderError } from 'commander'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Context, Globals } from './command.ts'
import type { Exit } from './exit.ts'
import { exits } from './exit.ts'
import { catchInterrupts } from './interrupts.ts'
import type { Output } from './output.ts'
import { safeWriter } from './output.ts'
import { coloured, colourWanted, plain } from './paint.ts'
import type { Ports } from './ports.ts'
import type { Process } from './process.ts'
import type { Parsed } from './program.ts'
import { buildProgram } from './program.ts'
import { RootedDiagnosticError } from './rooted.ts'
import { usageDiagnostic } from './usage.ts'
import { renderDiagnostics, sourceReader } from './view/diagnostics.ts'

const defaultColumns = 100
const defaultRows = 24

const outputOf = (process_: Process, noColor: boolean): Output => {
  const out = safeWriter(process_.stdout)
  const err = safeWriter(process_.stderr)
  const paintFor = (stream: NodeJS.WriteStream) =>
    colourWanted(stream.isTTY === true, noColor, process_.env) ? coloured : plain
  const live = process_.stderr.isTTY === true && process_.env.TERM !== 'dumb'
  let lift: (() => void) | undefined
  const lifted =
    (write: (text: string) => void) =>
    (text: string): void => {
      lift?.()
      write(text)
    }
  return {
    out: lifted(out.write),
    err: lifted(err.write),
    draw: err.write,
    cover: (next) => {
      lift = next
    },
    paintOut: paintFor(process_.stdout),
    paintErr: paintFor(process_.stderr),
    live,
    interactive: live && process_.stdin.isTTY === true,
    columns: process_.stderr.columns || process_.stdout.columns || defaultColumns,
    rows: process_.stderr.rows || defaultRows,
    flushed: async () => {
      await out.flushed()
      await err.flushed()
    },
  }
}

/** Anything thrown, as diagnostics: a `DiagnosticError` brings its own, the rest is a defect and keeps its stack. */
const thrownDiagnostics = (thrown: unknown): readonly Diagnostic[] => {
  if (thrown instanceof DiagnosticError) return thrown.diagnostics
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return [
    {
      severity: 'error',
      code: 'internal',
      summary: `a defect of Hexis: ${error.message}`,
      ...(error.stack === undefined ? {} : { detail: error.stack }),
      hint: 'Please report this with the text above.',
    },
  ]
}

/** Diagnostics that end a command: for people on standard error, and the one JSON value (or last event) on the other. */
const report = (
  diagnostics: readonly Diagnostic[],
  exit: Exit,
  output: Output,
  json: boolean,
  streams: boolean,
  root: string,
): void => {
  output.err(renderDiagnostics(diagnostics, sourceReader(root), output.paintErr))
  if (!json) return
  const end = `${JSON.stringify({ event: 'error', diagnostics })}\n${JSON.stringify({ event: 'end', hosts: {}, exit })}\n`
  output.out(streams ? end : `${JSON.stringify({ diagnostics }, null, 2)}\n`)
}

const runParsed = async (parsed: Parsed, process_: Process, ports: Ports): Promise<Exit> => {
  const { spec, invocation, globals } = parsed
  const output = outputOf(process_, globals.noColor)
  const cwd = resolve(process_.cwd, globals.directory ?? '.')
  const interrupts = catchInterrupts(output)
  const context: Context = { output, globals, ports, signal: interrupts.signal, cwd }
  let exit: Exit
  try {
    const { action } = await spec.load()
    exit = await action(invocation, context)
  } catch (thrown) {
    exit = interrupts.signal.aborted ? exits.interrupted : exits.usage
    const root = thrown instanceof RootedDiagnosticError ? thrown.root : cwd
    if (!interrupts.signal.aborted || thrown instanceof DiagnosticError)
      report(thrownDiagnostics(thrown), exit, output, globals.json, spec.streams === true, root)
  } finally {
    interrupts.release()
  }
  await output.flushed()
  return exit
}

const noGlobals = (argv: readonly string[]): Pick<Globals, 'json' | 'noColor'> => ({
  json: argv.includes('--json'),
  noColor: argv.includes('--no-color'),
})

/** Parses, runs the one command that was chosen, and answers with its exit code. `ports` is the seam for tests. */
export const runCommandLine = async (process_: Process, version: string, ports?: Ports): Promise<number> => {
  const { json, noColor } = noGlobals(process_.argv)
  const output = outputOf(process_, noColor)
  let chosen: Parsed | undefined
  const columns = process_.stdout.columns || defaultColumns
  const program = buildProgram(version, output, columns, (parsed) => {
    chosen = parsed
  })
  try {
    if (process_.argv.length === 0) program.help({ error: true })
    program.parse([...process_.argv], { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    const usage = thrown.exitCode !== 0
    if (usage && process_.argv.length > 0 && thrown.code !== 'commander.help')
      report([usageDiagnostic(thrown, process_.argv)], exits.usage, output, json, false, process_.cwd)
    await output.flushed()
    return usage ? exits.usage : exits.converged
  }
  if (chosen === undefined) return exits.usage
  return runParsed(chosen, process_, ports ?? (await import('./wiring.ts')).ports)
}
