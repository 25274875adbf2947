import type { Analysis, HostAnalysis } from '../../engine/types.ts'
import type { Change } from '../../plan/plan.ts'

/** One change as the interface contract has it. */
export const changeJson = (host: string, change: Change): Record<string, unknown> => ({
  host,
  key: change.key,
  step: change.steps.map((s) => s.text).join('\n'),
  action: change.action,
  reason: change.reason,
  ...(change.conflict ? { conflict: true } : {}),
  before: change.before.is === 'known' ? change.before.aspects : { unknown: change.before.because },
  after: change.after,
  ...(change.diff === undefined ? {} : { diff: change.diff }),
  reversibility: change.reversibility,
  ...(change.stays.length === 0 ? {} : { stays: change.stays }),
  ...(change.audit ? { audit: true } : {}),
  ...(change.later === true ? { later: true } : {}),
  ...(change.note === undefined ? {} : { note: change.note }),
  ...(change.source === undefined ? {} : { source: change.source }),
})

const hostJson = (host: HostAnalysis): Record<string, unknown> => {
  const warnings = host.diagnostics.filter((d) => d.severity === 'warning')
  return {
    changes: (host.plan?.changes ?? []).map((c) => changeJson(host.host, c)),
    actions: host.plan?.actions ?? [],
    generation: host.generation,
    ...(host.interrupted === undefined ? {} : { interrupted: host.interrupted }),
    ...(host.trial === undefined ? {} : { trial: host.trial }),
    ...(host.packages === undefined ? {} : { packages: host.packages }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(host.status === 'ready'
      ? {}
      : { error: { status: host.status, diagnostics: host.diagnostics.filter((d) => d.severity === 'error') } }),
  }
}

/** `{ hosts: { NAME: { changes, actions, error? } } }`. */
export const planJson = (analysis: Analysis): { readonly hosts: Readonly<Record<string, unknown>> } => ({
  hosts: Object.fromEntries(analysis.hosts.map((h) => [h.host, hostJson(h)])),
})
