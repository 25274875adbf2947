import type { ListDiff } from '../../engine/types.ts'
import type { Step } from '../../steps/step.ts'
import type { Action } from '../command.ts'
import { contactOptions, interruptedOr } from '../engine-run.ts'
import { exits } from '../exit.ts'
import { inert } from '../inert.ts'
import type { Paint } from '../paint.ts'
import { printJson, withSite } from '../with-site.ts'

/** `-STEP` for what went, `+STEP` for what came; a step that changed stands together. */
export const renderListDiff = (diff: ListDiff, paint: Paint): string => {
  const came = new Map(diff.added.map((step) => [`${step.verb} ${step.target}`, step]))
  const plus = (step: Step): string => `${paint('green', `+${inert(step.text)}`)}\n`
  const lines = diff.removed.map((step) => {
    const name = `${step.verb} ${step.target}`
    const instead = came.get(name)
    came.delete(name)
    return `${paint('red', `-${inert(step.text)}`)}\n${instead === undefined ? '' : plus(instead)}`
  })
  return [...lines, ...[...came.values()].map(plus)].join('')
}

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const [host = '', from = '', to = ''] = invocation.args
    const diff = await site.engine.diff(host, from, to, contactOptions(context))
    if (context.globals.json) {
      const texts = (steps: ListDiff['added']) => steps.map(({ text, source }) => ({ text, source }))
      printJson({ host: diff.host, from, to, added: texts(diff.added), removed: texts(diff.removed) }, context)
    } else context.output.out(renderListDiff(diff, context.output.paintOut))
    return interruptedOr(exits.converged, context)
  })
