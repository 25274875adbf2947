import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Resource } from '../document/document.ts'
import type { Capability } from '../states/kind.ts'
import type { Action } from '../steps/step.ts'

/** What a transport must be able to do for an action. */
export const actionNeeds = { RELOAD: 'units', RESTART: 'units', RUN: 'exec' } as const satisfies Readonly<
  Record<Action['verb'], Capability>
>

/** A resource that this host's transport cannot carry out. */
export interface Unsupported {
  readonly resource: Resource
  readonly capability: Capability
}

const words: Readonly<Record<Capability, string>> = {
  paths: 'files',
  owners: 'owners of files',
  accounts: 'users and groups',
  packages: 'packages',
  units: 'services',
  kernel: 'settings of the running kernel',
  exec: 'commands',
}

export const unsupportedDiagnostic = (
  { resource, capability }: Unsupported,
  host: string,
  strict: boolean,
): Diagnostic => ({
  severity: strict ? 'error' : 'warning',
  code: 'unsupported-here',
  summary: `${resource.type} '${resource.id}' is unsupported here: the connection of this host has no ${words[capability]}`,
  hint: strict ? 'Declare it for other hosts only.' : 'It is left out; strict: true makes this an error.',
  source: resource.source,
  host,
  key: `${resource.type}:${resource.id}`,
})
