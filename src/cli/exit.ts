import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { HostAnalysis, HostStatus } from '../engine/types.ts'

/** The whole set; the meaning is a promise of the interface. */
export const exits = {
  converged: 0,
  usage: 1,
  pending: 2,
  failed: 3,
  unreachable: 4,
  drift: 5,
  interrupted: 130,
} as const

export type Exit = (typeof exits)[keyof typeof exits]

/** Strongest first: where several hold, the first of these is the exit code. */
const priority: readonly Exit[] = [
  exits.interrupted,
  exits.usage,
  exits.failed,
  exits.unreachable,
  exits.drift,
  exits.pending,
]

/** The exit code of a run in which all of `codes` happened. */
export const strongest = (codes: Iterable<Exit>): Exit => {
  const seen = new Set(codes)
  return priority.find((code) => seen.has(code)) ?? exits.converged
}

/** What one host's end means for the whole command. */
export const exitOfHost = (status: HostStatus | HostAnalysis['status'], inConfig = false): Exit => {
  if (inConfig) return exits.usage
  switch (status) {
    case 'ready':
    case 'converged':
    case 'changed':
      return exits.converged
    case 'failed':
    case 'undone':
    case 'refused':
      return exits.failed
    case 'unreachable':
      return exits.unreachable
    case 'declined':
      return exits.pending
    case 'interrupted':
      return exits.interrupted
    default:
      return status satisfies never
  }
}

/** `check` and friends: an error is a config error, a warning is none. */
export const exitOfDiagnostics = (diagnostics: readonly Diagnostic[]): Exit =>
  diagnostics.some((d) => d.severity === 'error') ? exits.usage : exits.converged
