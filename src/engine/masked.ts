import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Mask } from '../secrets/index.ts'
import type { EngineEvent, EngineOptions, RunSummary } from './types.ts'

/** What a host, a command or a validator said may hold a secret: it is masked before anybody sees it. */
export const maskedDiagnostics = (diagnostics: readonly Diagnostic[], mask: Mask): readonly Diagnostic[] =>
  diagnostics.map((d) => ({
    ...d,
    summary: mask.apply(d.summary),
    ...(d.detail === undefined ? {} : { detail: mask.apply(d.detail) }),
    ...(d.hint === undefined ? {} : { hint: mask.apply(d.hint) }),
  }))

const maskedEvent = (event: EngineEvent, mask: Mask): EngineEvent => {
  if ('message' in event && event.message !== undefined) return { ...event, message: mask.apply(event.message) }
  return 'line' in event ? { ...event, line: mask.apply(event.line) } : event
}

/** The same options, with events that hold no secret. */
export const maskedOptions = <O extends EngineOptions>(options: O, mask: Mask): O => {
  const { on } = options
  return on === undefined ? options : { ...options, on: (event: EngineEvent) => on(maskedEvent(event, mask)) }
}

export const maskedSummary = (summary: RunSummary, mask: Mask): RunSummary => ({
  hosts: summary.hosts.map((host) => ({ ...host, diagnostics: maskedDiagnostics(host.diagnostics, mask) })),
})
