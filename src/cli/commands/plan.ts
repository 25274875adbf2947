import { resolve } from 'node:path'
import type { Action } from '../command.ts'
import { progressFor, watchedOptions } from '../engine-run.ts'
import { exitOfHost, exits, strongest } from '../exit.ts'
import { diagnosticsOf, isHostPending, renderPlan } from '../view/plan.ts'
import { planJson } from '../view/plan-json.ts'
import { printJson, showDiagnostics, withSite } from '../with-site.ts'

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const progress = progressFor(context)
    const analysis = await site.engine
      .plan({ ...watchedOptions(invocation, context, progress), showPrivate: invocation.flag('private') })
      .finally(() => progress.close())
    const out = invocation.text('out')
    if (context.globals.json) printJson(planJson(analysis), context)
    else context.output.out(renderPlan(analysis, { whole: invocation.flag('diff') }, context.output.paintOut))
    showDiagnostics(diagnosticsOf(analysis.hosts), site.root, context)
    if (out !== undefined && !context.signal.aborted) {
      await site.engine.savePlan(analysis, resolve(context.cwd, out))
      if (!context.globals.quiet) context.output.err(`Saved; carry it out with: hexis up ${out}\n`)
    }
    const pending = invocation.flag('detailed-exitcode') && analysis.hosts.some(isHostPending)
    return strongest([
      ...analysis.hosts.map((h) => exitOfHost(h.status, h.inConfig)),
      ...(pending ? [exits.pending] : []),
      ...(context.signal.aborted ? [exits.interrupted] : []),
    ])
  })
