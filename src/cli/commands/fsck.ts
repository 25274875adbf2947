import type { Action } from '../command.ts'
import { carryOutPlainly } from '../engine-run.ts'
import { withSite } from '../with-site.ts'

export const action: Action = (invocation, context) =>
  withSite(context, (site) => carryOutPlainly(invocation, context, site.root, (options) => site.engine.fsck(options)))
