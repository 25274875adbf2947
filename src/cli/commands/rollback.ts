import type { Action } from '../command.ts'
import { carryOut, requireConsent } from '../engine-run.ts'
import { withSite } from '../with-site.ts'

export const action: Action = async (invocation, context) => {
  requireConsent(invocation, context)
  const to = invocation.text('to') ?? ''
  return withSite(context, (site) =>
    carryOut(invocation, context, site.root, (options) => site.engine.rollback({ to }, options)),
  )
}
