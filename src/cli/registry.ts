import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Registry } from '../engine/registry.ts'
import type { ResourceDoc } from './ports.ts'

const missing = (what: string): DiagnosticError =>
  new DiagnosticError({ severity: 'error', code: 'not-yet', summary: `${what} is not part of this build` })

/** Everything built in: resources, their schemas, kinds of state. */
export const builtInRegistry = (): Registry => {
  throw missing('the set of resources')
}

/** The pages of `hexis resource`, in the order of the manual. */
export const resourceDocs = (): readonly ResourceDoc[] => {
  throw missing('the set of resources')
}
