import type { Action } from '../command.ts'
import { exitOfDiagnostics } from '../exit.ts'
import { printJson, showDiagnostics, withSite } from '../with-site.ts'

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const selector = invocation.text('on')
    const hosts = await site.hosts(selector)
    const diagnostics = await site.engine.check(selector === undefined ? {} : { selector })
    const errors = diagnostics.filter((d) => d.severity === 'error').length
    const warnings = diagnostics.length - errors
    showDiagnostics(diagnostics, site.root, context)
    if (context.globals.json) printJson({ hosts: hosts.map((h) => h.name), diagnostics }, context)
    else {
      const found = [
        errors === 0 ? [] : counted(errors, 'error'),
        warnings === 0 ? [] : counted(warnings, 'warning'),
      ].flat()
      context.output.out(
        `${counted(hosts.length, 'host')} checked: ${found.length === 0 ? 'all is well' : found.join(', ')}\n`,
      )
    }
    return exitOfDiagnostics(diagnostics)
  })
