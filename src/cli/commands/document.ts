import type { Action } from '../command.ts'
import { exitOfDiagnostics, exits } from '../exit.ts'
import { printJson, showDiagnostics, withSite } from '../with-site.ts'

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const lowered = await site.engine.lower(invocation.args[0] ?? '')
    showDiagnostics(lowered.diagnostics, site.root, context)
    if (lowered.document === undefined) {
      if (context.globals.json) printJson({ diagnostics: lowered.diagnostics }, context)
      return exits.usage
    }
    printJson(lowered.document, context)
    return exitOfDiagnostics(lowered.diagnostics)
  })
