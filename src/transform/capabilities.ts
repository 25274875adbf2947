import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Resource } from '../document/document.ts'
import type { Capability } from '../states/kind.ts'

const required: Readonly<Record<string, Capability>> = {
  USER: 'accounts',
  GROUP: 'accounts',
  PACKAGE: 'packages',
  UNIT: 'units',
  HOSTNAME: 'kernel',
  EXEC: 'exec',
  RELOAD: 'units',
  RESTART: 'units',
  RUN: 'exec',
}

/** What a transport must be able to do for a verb or action. */
export const capabilityOf = (verb: string): Capability => required[verb] ?? 'paths'

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
