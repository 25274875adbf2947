import type { Action } from '../command.ts'
import { carryOutPlainly } from '../engine-run.ts'
import { inertLines } from '../inert.ts'
import { withSite } from '../with-site.ts'

const defaultTimeoutMs = 30_000

export const action: Action = (invocation, context) =>
  withSite(context, async (site) => {
    const { output } = context
    const hosts = await site.hosts(invocation.text('on'))
    const width = Math.max(...hosts.map((h) => h.name.length))
    const timeoutMs = invocation.count('timeout') ?? defaultTimeoutMs
    return carryOutPlainly(
      invocation,
      context,
      site.root,
      (options) => site.engine.run(invocation.args, { ...options, timeoutMs }),
      {},
      (event) => {
        if (event.event !== 'output') return false
        const write = event.stream === 'stdout' ? output.out : output.err
        const paint = event.stream === 'stdout' ? output.paintOut : output.paintErr
        write(`${paint('cyan', `${event.host.padEnd(width)} │`)} ${inertLines(event.line)}\n`)
        return true
      },
    )
  })
