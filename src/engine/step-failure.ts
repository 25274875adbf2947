import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ApplyResult } from '../host/session.ts'
import type { Op } from '../plan/plan.ts'

interface Cause {
  readonly code: DiagnosticCode
  readonly pattern: RegExp
  readonly hint: string
}

/** Causes that the host names in so many words, and what helps. */
const causes: readonly Cause[] = [
  {
    code: 'host-busy',
    pattern: /^another run holds the lock/,
    hint: 'Wait until it has ended, then run hexis up again.',
  },
  {
    code: 'outdated',
    pattern: /^outdated: /,
    hint: 'Run hexis up again: it plans from what is there now.',
  },
  {
    code: 'interrupted',
    pattern: /^transaction \S+ was interrupted/,
    hint: 'hexis recover settles it.',
  },
  {
    code: 'unconfirmed',
    pattern: /^unconfirmed: /,
    hint: 'Look at what the changes do to the network, the firewall, sshd or sudo; --try gives more time.',
  },
  {
    code: 'disk-full',
    pattern: /^(?:[^\n]*: )?disk full/,
    hint: 'Make room there (df names the file system), then run hexis up again.',
  },
  {
    code: 'read-only',
    pattern: /^(?:[^\n]*: )?read-only file system/,
    hint: 'Mount it writable, then run hexis up again.',
  },
  {
    code: 'changed-since-plan',
    pattern: /^changed since the plan was made/,
    hint: 'Somebody or something changed it meanwhile. Run hexis up again: it plans from what is there now.',
  },
  {
    code: 'validation-failed',
    pattern: /^validation failed/,
    hint: 'Correct the content; the file on the host was never replaced.',
  },
  {
    code: 'lock-held',
    pattern: /is held by process \d+/,
    hint: 'Wait until that process has ended, then run hexis up again.',
  },
]

const refusals: ReadonlySet<string> = new Set(['host-busy', 'outdated', 'interrupted'])

const causeOf = (message: string): Cause | undefined => causes.find((cause) => cause.pattern.test(message))

/** Nothing was begun: another run was first, or one has to be recovered. */
export const isRefusal = (result: ApplyResult): boolean =>
  result.outcome === 'undone' && result.failed?.number === 0 && refusals.has(causeOf(result.failed.message)?.code ?? '')

const summaryOf = (result: ApplyResult, what: string, why: string): string => {
  if (isRefusal(result)) return `not begun: ${why.replace(/^outdated: /, '')}`
  if (why.startsWith('unconfirmed: ')) return `the changes were taken back: ${why.slice('unconfirmed: '.length)}`
  return `${what} failed: ${why}`
}

const whatRemains = (result: ApplyResult): string => {
  if (isRefusal(result)) return 'Nothing was changed.'
  if (result.outcome === 'undone') return 'Everything that this run had changed on the host was put back.'
  if (result.outcome === 'partial') return 'What was done before stays, recorded as a partial generation.'
  return 'Not everything could be put back:'
}

/** Why a transaction did not end as planned, what it means for the host, and what to do. */
export const stepFailure = (host: string, result: ApplyResult, ops: readonly Op[]): Diagnostic => {
  const op = ops.find((o) => o.number === result.failed?.number)
  const message = result.failed?.message ?? 'no reason was given'
  const [why = '', ...more] = message.split('\n')
  const cause = causeOf(message)
  const source = /^(.*):(\d+):(\d+)$/.exec(op?.step.source ?? '')
  const what = op === undefined ? 'the transaction' : op.step.text.split(' ').slice(0, 2).join(' ')
  return {
    severity: 'error',
    code: cause?.code ?? 'step-failed',
    summary: summaryOf(result, what, why),
    detail: [...more, whatRemains(result), ...result.stays].filter((line) => line !== '').join('\n'),
    hint: cause?.hint ?? 'Mend the cause named above and run hexis up again.',
    host,
    ...(op === undefined ? {} : { key: op.key }),
    ...(source === null
      ? {}
      : { source: { file: source[1] ?? '', line: Number(source[2]), column: Number(source[3]) } }),
  }
}
