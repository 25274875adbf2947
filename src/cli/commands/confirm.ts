import type { Action } from '../command.ts'
import { carryOutPlainly } from '../engine-run.ts'
import { withSite } from '../with-site.ts'

export const action: Action = (invocation, context) => {
  const verdict = invocation.flag('revert') ? 'revert' : 'keep'
  return withSite(context, (site) =>
    carryOutPlainly(invocation, context, site.root, (options) => site.engine.confirm(verdict, options), {
      undoneIsWanted: verdict === 'revert',
    }),
  )
}
