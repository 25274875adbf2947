import type { Action } from '../command.ts'
import { contactOptions, requireConsent } from '../engine-run.ts'
import { exits } from '../exit.ts'
import { inert } from '../inert.ts'
import { askYesNo } from '../prompt.ts'
import { printJson, withSite } from '../with-site.ts'

export const action: Action = async (invocation, context) => {
  requireConsent(invocation, context)
  const [host = ''] = invocation.args
  return withSite(context, async (site) => {
    if (!invocation.flag('yes')) {
      const question = `Forget all that Hexis knows of ${host}? It can no longer be taken back afterwards.`
      const answer = await askYesNo(question, context.output)
      if (answer !== 'yes') return answer === 'no' ? exits.pending : exits.interrupted
    }
    await site.engine.forget(host, contactOptions(context))
    if (context.globals.json) printJson({ host, forgotten: true }, context)
    else context.output.out(`${inert(host)}: the state of this site is gone, everything else stays as it is\n`)
    return exits.converged
  })
}
