import type { Action } from '../command.ts'
import { contactOptions, interruptedOr } from '../engine-run.ts'
import { exits } from '../exit.ts'
import { inert, inertLines } from '../inert.ts'
import { printJson, withSite } from '../with-site.ts'

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const [host = '', ...subject] = invocation.args
    const explanation = await site.engine.explain(host, subject.join(' '), contactOptions(context))
    if (context.globals.json) printJson(explanation, context)
    else {
      const { output } = context
      const width = Math.max(0, ...explanation.facts.map((f) => f.label.length))
      output.out(`${output.paintOut('bold', inert(explanation.subject))} on ${inert(explanation.host)}\n`)
      for (const { label, value } of explanation.facts) {
        const [first = '', ...rest] = inertLines(value).trimEnd().split('\n')
        output.out(`  ${output.paintOut('cyan', inert(label).padEnd(width))}  ${first}\n`)
        for (const line of rest) output.out(`  ${' '.repeat(width)}  ${line}\n`)
      }
    }
    return interruptedOr(exits.converged, context)
  })
