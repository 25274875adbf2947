import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Context } from './command.ts'
import type { Site } from './ports.ts'
import { renderDiagnostics, sourceReader } from './view/diagnostics.ts'

/** A `DiagnosticError` whose sources are relative to `root`. */
export class RootedDiagnosticError extends DiagnosticError {
  readonly root: string
  constructor(diagnostics: readonly Diagnostic[], root: string) {
    super(diagnostics)
    this.root = root
  }
}

/** Opens the config's site for one command and closes its connections whatever happens. */
export const withSite = async <T>(context: Context, work: (site: Site) => Promise<T>): Promise<T> => {
  const { config } = context.globals
  const site = await context.ports.openSite({ directory: context.cwd, ...(config === undefined ? {} : { config }) })
  try {
    return await work(site)
  } catch (thrown) {
    if (thrown instanceof DiagnosticError) throw new RootedDiagnosticError(thrown.diagnostics, site.root)
    throw thrown
  } finally {
    await site.engine.close()
  }
}

/** Diagnostics of a command that goes on, on standard error. */
export const showDiagnostics = (diagnostics: readonly Diagnostic[], root: string, context: Context): void => {
  const shown = context.globals.quiet ? diagnostics.filter((d) => d.severity === 'error') : diagnostics
  if (shown.length > 0) context.output.err(`${renderDiagnostics(shown, sourceReader(root), context.output.paintErr)}\n`)
}

/** The one value that a command prints under `--json`. */
export const printJson = (value: unknown, context: Context): void =>
  context.output.out(`${JSON.stringify(value, null, 2)}\n`)
