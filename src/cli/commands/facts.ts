import type { Json } from '../../document/document.ts'
import type { HostFacts } from '../../engine/types.ts'
import type { Action } from '../command.ts'
import { progressFor, watchedOptions } from '../engine-run.ts'
import { exitOfHost, exits, strongest } from '../exit.ts'
import { inert } from '../inert.ts'
import type { Paint } from '../paint.ts'
import { diagnosticsOf } from '../view/plan.ts'
import { alignColumns } from '../view/table.ts'
import { printJson, showDiagnostics, withSite } from '../with-site.ts'

/** `os.id debian`: nested facts as the dotted names that selectors use. */
const dotted = (value: Json, path: string): readonly (readonly [string, string])[] => {
  if (Array.isArray(value) && value.every((v) => typeof v !== 'object')) return [[path, value.join(', ')]]
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  return Object.entries(value).flatMap(([name, inner]) => dotted(inner, path === '' ? name : `${path}.${name}`))
}

export const renderFacts = (hosts: readonly HostFacts[], paint: Paint): string =>
  hosts
    .filter((h) => h.facts !== undefined)
    .map((h) => {
      const rows = dotted(h.facts ?? {}, '').map(([name, value]) => [`  ${inert(name)}`, inert(value)])
      return `${paint('bold', inert(h.host))}\n${alignColumns(rows)}`
    })
    .join('\n')

const factsJson = (hosts: readonly HostFacts[]): unknown => ({
  hosts: Object.fromEntries(
    hosts.map((h) => [h.host, h.facts ?? { error: { status: h.status, diagnostics: h.diagnostics } }]),
  ),
})

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const progress = progressFor(context)
    const hosts = await site.engine.facts(watchedOptions(invocation, context, progress)).finally(() => progress.close())
    if (context.globals.json) printJson(factsJson(hosts), context)
    else context.output.out(renderFacts(hosts, context.output.paintOut))
    showDiagnostics(diagnosticsOf(hosts), site.root, context)
    return strongest([
      ...hosts.map((h) => exitOfHost(h.status)),
      ...(context.signal.aborted ? [exits.interrupted] : []),
    ])
  })
