import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Context } from './command.ts'
import type { ConfigPlace, Site } from './ports.ts'
import { rooted } from './rooted.ts'
import { renderDiagnostics, sourceReader } from './view/diagnostics.ts'

/** Where the config is looked for, from the global options. */
export const configPlace = (context: Context): ConfigPlace => {
  const { config } = context.globals
  return { directory: context.cwd, ...(config === undefined ? {} : { config }) }
}

/** Opens the config's site for one command and closes its connections whatever happens. */
export const withSite = async <T>(context: Context, work: (site: Site) => Promise<T>): Promise<T> => {
  const site = await context.ports.openSite(configPlace(context))
  try {
    return await rooted(site.root, () => work(site))
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
