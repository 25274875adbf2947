import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Registry } from '../engine/registry.ts'

/** Everything built in: resources, their schemas, kinds of state. */
export const builtInRegistry = (): Registry => {
  throw new DiagnosticError({
    severity: 'error',
    code: 'not-yet',
    summary: 'the kinds of state are not part of this build',
  })
}
