import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { HostStatus } from './types.ts'

const unreachableCodes: ReadonlySet<string> = new Set([
  'unreachable',
  'connection-lost',
  'auth-refused',
  'host-key-changed',
  'host-key-unknown',
  'timeout',
])

/** The config does not say what a host shall be: it throws, or what it declares is wrong. */
export class ConfigError extends DiagnosticError {}

/** Diagnostics of anything thrown; a bug keeps its stack as detail so that it can be reported. */
export const diagnosticsOf = (error: unknown, host: string): readonly Diagnostic[] => {
  if (error instanceof DiagnosticError) return error.diagnostics.map((d) => (d.host === undefined ? { ...d, host } : d))
  const text = error instanceof Error ? error : new Error(String(error))
  return [
    {
      severity: 'error',
      code: 'internal',
      summary: `a defect of Hexis: ${text.message}`,
      ...(text.stack === undefined ? {} : { detail: text.stack }),
      hint: 'Please report this with the text above; nothing more was done on this host.',
      host,
    },
  ]
}

/** A host that could not be reached ends as `unreachable`, one that a plan no longer fits as `refused`. */
export const statusOf = (
  diagnostics: readonly Diagnostic[],
): Extract<HostStatus, 'failed' | 'unreachable' | 'refused'> => {
  if (diagnostics.some((d) => unreachableCodes.has(d.code))) return 'unreachable'
  return diagnostics.some((d) => d.code === 'stale-plan') ? 'refused' : 'failed'
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((d) => d.severity === 'error')
