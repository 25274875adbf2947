import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Action } from '../command.ts'
import { exits } from '../exit.ts'
import { printJson, showDiagnostics } from '../with-site.ts'

const reading = async (named: string, cwd: string): Promise<string> => {
  try {
    return await readFile(resolve(cwd, named), 'utf8')
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new DiagnosticError({ severity: 'error', code: 'unreadable', summary: `cannot read ${named}`, detail })
  }
}

export const action: Action = async (invocation, context) => {
  const [, named = ''] = invocation.args
  const text = await reading(named, context.cwd)
  const { importGitopper } = await import('../../config/import/gitopper.ts')
  const { text: site, notes } = importGitopper(named, text)
  showDiagnostics(notes, context.cwd, context)
  if (context.globals.json) printJson({ site, diagnostics: notes }, context)
  else context.output.out(site)
  return exits.converged
}
