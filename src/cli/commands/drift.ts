import type { HostDrift } from '../../engine/types.ts'
import type { Action } from '../command.ts'
import { progressFor, watchedOptions } from '../engine-run.ts'
import { exitOfHost, exits, strongest } from '../exit.ts'
import { inert } from '../inert.ts'
import type { Paint } from '../paint.ts'
import { renderChange } from '../view/change.ts'
import { diagnosticsOf } from '../view/plan.ts'
import { changeJson } from '../view/plan-json.ts'
import { printJson, showDiagnostics, withSite } from '../with-site.ts'

/** Drift for people: what `up` would put back, host by host. */
export const renderDrift = (hosts: readonly HostDrift[], whole: boolean, paint: Paint): string => {
  const drifted = hosts.filter((h) => h.drift.length > 0)
  const blocks = drifted.map((h) => {
    const lines = h.drift.flatMap((change) => renderChange(change, whole, paint))
    return `${paint('bold', inert(h.host))}\n${lines.join('\n')}\n`
  })
  const ready = hosts.filter((h) => h.status === 'ready').length
  const keys = drifted.reduce((sum, h) => sum + h.drift.length, 0)
  const counts =
    drifted.length === 0
      ? 'none'
      : `${keys} thing${keys === 1 ? '' : 's'} on ${drifted.length} host${drifted.length === 1 ? '' : 's'}`
  const unchanged = ready - drifted.length
  return [...blocks, `Drift: ${counts}${unchanged > 0 ? `; ${unchanged} as committed` : ''}\n`].join('\n')
}

const driftJson = (hosts: readonly HostDrift[]): unknown => ({
  hosts: Object.fromEntries(
    hosts.map((h) => [
      h.host,
      {
        drift: h.drift.map((change) => changeJson(h.host, change)),
        ...(h.status === 'ready' ? {} : { error: { status: h.status, diagnostics: h.diagnostics } }),
      },
    ]),
  ),
})

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const progress = progressFor(context)
    const options = { ...watchedOptions(invocation, context, progress), showPrivate: invocation.flag('private') }
    const hosts = await site.engine.drift(options).finally(() => progress.close())
    if (context.globals.json) printJson(driftJson(hosts), context)
    else context.output.out(renderDrift(hosts, invocation.flag('diff'), context.output.paintOut))
    showDiagnostics(diagnosticsOf(hosts), site.root, context)
    return strongest([
      ...hosts.map((h) => exitOfHost(h.status)),
      ...(hosts.some((h) => h.drift.length > 0) ? [exits.drift] : []),
      ...(context.signal.aborted ? [exits.interrupted] : []),
    ])
  })
