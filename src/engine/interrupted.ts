import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ApplyResult, Hello, Interrupted } from '../host/session.ts'

const since = (interrupted: Interrupted): string =>
  interrupted.startedAt === 0 ? '' : ` since ${new Date(interrupted.startedAt * 1000).toISOString().slice(0, 19)}Z`

/** What a plan says of a transaction that has begun on the host and has no end yet. */
export const interruptedNote = (host: string, { interrupted }: Hello): readonly Diagnostic[] => {
  if (interrupted === undefined) return []
  const what = `transaction ${interrupted.transaction} of ${interrupted.who}`
  if (interrupted.alive && interrupted.trySeconds !== undefined)
    return [
      {
        severity: 'warning',
        code: 'transaction-at-work',
        summary: `${what} is on trial here${since(interrupted)}, for ${interrupted.trySeconds} s from its last step`,
        hint: `hexis confirm --on ${host} keeps it; otherwise the host takes it back.`,
        host,
      },
    ]
  if (interrupted.alive)
    return [
      {
        severity: 'warning',
        code: 'transaction-at-work',
        summary: `${what} is being carried out here${since(interrupted)}`,
        hint: 'What is seen now may change until it has ended.',
        host,
      },
    ]
  return [
    {
      severity: 'warning',
      code: 'interrupted-transaction',
      summary: `${what} was interrupted here`,
      hint: `The plan is made as if it were undone; hexis recover --on ${host} settles it.`,
      host,
    },
  ]
}

/** How a run that goes on tells what it found and settled. */
export const recoveredNote = (interrupted: Interrupted, result: ApplyResult | undefined): string => {
  const what = `transaction ${interrupted.transaction} of ${interrupted.who} had been interrupted`
  switch (result?.outcome) {
    case 'committed':
    case 'partial':
      return `${what}: it was finished`
    case 'undone':
      return `${what}: it was undone`
    case undefined:
      return `${what}: it had ended by itself`
    default:
      return `${what}: not everything could be put back: ${result?.stays.join('; ') ?? ''}`
  }
}
