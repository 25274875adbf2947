import type { Action } from '../command.ts'
import { contactOptions } from '../engine-run.ts'
import { exits } from '../exit.ts'
import { inert } from '../inert.ts'
import { printJson, withSite } from '../with-site.ts'

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const [host = '', named = ''] = invocation.args
    const key = named.replace(/^(file|directory|link):/, 'path:')
    await site.engine.release(host, key, invocation.text('why') ?? '', contactOptions(context))
    if (context.globals.json) printJson({ host, released: key }, context)
    else context.output.out(`${inert(key)} on ${inert(host)} is no longer managed; it stays as it is\n`)
    return exits.converged
  })
