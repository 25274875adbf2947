import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Action, Context, Invocation } from '../command.ts'
import type { Exit } from '../exit.ts'
import { exitOfDiagnostics, exits } from '../exit.ts'
import { printJson, showDiagnostics, withSite } from '../with-site.ts'

const reading = async (
  named: string | undefined,
  context: Context,
): Promise<{ readonly path: string; readonly text: string }> => {
  if (named === undefined)
    throw new DiagnosticError({
      severity: 'error',
      code: 'usage',
      summary: 'no step file was named',
      hint: 'hexis steps fmt FILE; - reads standard input.',
    })
  if (named === '-') return { path: '-', text: await readAll(process.stdin) }
  const path = resolve(context.cwd, named)
  try {
    return { path, text: await readFile(path, 'utf8') }
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new DiagnosticError({
      severity: 'error',
      code: 'unreadable',
      summary: `cannot read ${named}`,
      detail: reason,
    })
  }
}

const format = async (named: string | undefined, context: Context): Promise<Exit> => {
  const { path, text } = await reading(named, context)
  const { text: canonical, diagnostics } = await context.ports.formatSteps(text, named ?? path)
  showDiagnostics(diagnostics, context.cwd, context)
  if (canonical === undefined) return exits.usage
  if (path === '-') context.output.out(canonical)
  else if (canonical !== text) {
    await writeFile(path, canonical)
    context.output.err(`${named} is in canonical form now\n`)
  }
  return exitOfDiagnostics(diagnostics)
}

const lint = async (named: string | undefined, context: Context): Promise<Exit> => {
  const { text } = await reading(named, context)
  const diagnostics = await context.ports.lintSteps(text, named ?? '-')
  showDiagnostics(diagnostics, context.cwd, context)
  if (context.globals.json) printJson({ diagnostics }, context)
  return exitOfDiagnostics(diagnostics)
}

const listOf = (host: string, invocation: Invocation, context: Context): Promise<Exit> =>
  withSite(context, async (site) => {
    const commit = invocation.text('commit')
    const lowered =
      commit === undefined ? await site.engine.lower(host) : await context.ports.lowerAt(site, host, commit)
    showDiagnostics(lowered.diagnostics, site.root, context)
    if (lowered.list === undefined) return exits.usage
    if (context.globals.json)
      printJson({ host, steps: lowered.steps.map(({ text, source }) => ({ text, source })) }, context)
    else context.output.out(lowered.list)
    return exitOfDiagnostics(lowered.diagnostics)
  })

export const action: Action = (invocation, context) => {
  const [first = '', file] = invocation.args
  if (first === 'fmt') return format(file, context)
  if (first === 'lint') return lint(file, context)
  return listOf(first, invocation, context)
}
