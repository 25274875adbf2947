import { resolve } from 'node:path'
import type { Action } from '../command.ts'
import { carryOut, requireConsent } from '../engine-run.ts'
import { withSite } from '../with-site.ts'

export const action: Action = async (invocation, context) => {
  const audit = invocation.flag('audit')
  if (!audit) requireConsent(invocation, context)
  const [saved] = invocation.args
  return withSite(context, (site) =>
    carryOut(invocation, context, site.root, (options) =>
      saved === undefined
        ? site.engine.up({ ...options, audit })
        : site.engine.upSaved(resolve(context.cwd, saved), { ...options, audit }),
    ),
  )
}
