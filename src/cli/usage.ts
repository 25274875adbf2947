import type { CommanderError } from 'commander'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { commands } from './table/table.ts'

/** Commander's message as a diagnostic: its suggestion becomes the hint, the command's own form is always named. */
export const usageDiagnostic = (error: CommanderError, argv: readonly string[]): Diagnostic => {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const nearest = /^\(Did you mean (?:one of )?(.+?)\?\)$/.exec(suggestion ?? '')?.[1]
  const verb = argv.find((word) => commands.some((c) => c.name === word))
  const help = verb === undefined ? 'hexis --help' : `hexis ${verb} --help`
  return {
    severity: 'error',
    code: 'usage',
    summary: message.replace(/\.$/, ''),
    hint: nearest === undefined ? `${help} shows how.` : `Did you mean ${nearest}? ${help} shows all.`,
  }
}
