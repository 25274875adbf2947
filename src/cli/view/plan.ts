import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Analysis, HostAnalysis } from '../../engine/types.ts'
import type { Change, HostPlan } from '../../plan/plan.ts'
import { inert } from '../inert.ts'
import type { Paint } from '../paint.ts'
import { renderPackages } from './along.ts'
import { renderChange } from './change.ts'

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

const actionWords: Readonly<Record<string, string>> = { RELOAD: 'reload', RESTART: 'restart', RUN: 'run' }

const becauseShown = 3

const renderActions = (plan: HostPlan, paint: Paint): readonly string[] =>
  plan.actions.map((action) => {
    const because = action.because.slice(0, becauseShown).map(inert).join(', ')
    const more = action.because.length > becauseShown ? ` and ${action.because.length - becauseShown} more` : ''
    return `  ${paint('magenta', 'then')} ${actionWords[action.verb] ?? inert(action.verb)} ${inert(action.target)}  ${paint('dim', `because of ${because}${more}`)}`
  })

const renderInterrupted = (host: HostAnalysis, paint: Paint): readonly string[] => {
  const found = host.interrupted
  if (found === undefined) return []
  const since = new Date(found.startedAt * 1000).toISOString()
  const text = found.alive
    ? `a transaction of ${found.who} is running since ${since}`
    : `a transaction of ${found.who} was interrupted (begun ${since}); the plan is as if it were undone`
  return [`  ${paint('yellow', inert(text))}`]
}

const renderTrial = ({ trial }: HostAnalysis, paint: Paint): readonly string[] => {
  if (trial === undefined) return []
  const keys = trial.because.slice(0, becauseShown).map(inert).join(', ')
  const more = trial.because.length > becauseShown ? ` and ${trial.because.length - becauseShown} more` : ''
  const why = keys === '' ? '' : `; ${keys}${more} could keep you out`
  const text = `taken back by the host unless a new connection confirms it within ${trial.seconds} s`
  return [`  ${paint('magenta', 'on trial')} ${text}${paint('dim', why)}`]
}

/** What one host's part looks like, without its name: hosts whose text is equal are shown once. */
const renderHostPlan = (host: HostAnalysis, whole: boolean, paint: Paint): string => {
  const plan = host.plan
  if (plan === undefined) return ''
  const told = new Set<string>()
  return [
    ...renderInterrupted(host, paint),
    ...plan.changes.flatMap((change) => renderChange(change, whole, paint, told)),
    ...renderPackages(host.packages, whole, paint),
    ...renderActions(plan, paint),
    ...renderTrial(host, paint),
  ].join('\n')
}

const isPending = (change: Change): boolean => !change.audit && change.reason !== 'released'

/** True when carrying out would change something on the host or record something new. */
export const isHostPending = (host: HostAnalysis): boolean =>
  host.status === 'ready' && host.plan !== undefined && (host.plan.changes.some((c) => !c.audit) || host.plan.records)

interface Counts {
  readonly create: number
  readonly update: number
  readonly remove: number
  readonly run: number
  readonly released: number
  readonly audit: number
}

const countChanges = (changes: readonly Change[]): Counts => {
  const pending = changes.filter(isPending)
  const of = (action: Change['action']): number => pending.filter((c) => c.action === action).length
  return {
    create: of('create'),
    update: of('update'),
    remove: of('remove'),
    run: of('run'),
    released: changes.filter((c) => !c.audit && c.reason === 'released').length,
    audit: changes.filter((c) => c.audit).length,
  }
}

/** `Plan: 3 to create, 1 to update, 1 to remove on 2 hosts; 1 converged`. */
export const planSummary = (analysis: Analysis): string => {
  const counts = countChanges(analysis.hosts.flatMap((h) => h.plan?.changes ?? []))
  const parts = [
    counts.create > 0 ? `${counts.create} to create` : '',
    counts.update > 0 ? `${counts.update} to update` : '',
    counts.remove > 0 ? `${counts.remove} to remove` : '',
    counts.run > 0 ? `${counts.run} to run` : '',
    counts.released > 0 ? `${counts.released} to release` : '',
    counts.audit > 0 ? `${counts.audit} seen by audit` : '',
  ].filter((part) => part !== '')
  const ready = analysis.hosts.filter((h) => h.status === 'ready')
  const changing = ready.filter((h) => (h.plan?.changes.length ?? 0) > 0)
  const recording = ready.filter((h) => isHostPending(h) && !changing.includes(h)).length
  const ends = [
    recording > 0 ? `${plural(recording, 'host')} with new records only` : '',
    `${ready.length - changing.length - recording} converged`,
    ...(['failed', 'unreachable', 'refused'] as const).map((status) => {
      const count = analysis.hosts.filter((h) => h.status === status).length
      return count === 0 ? '' : `${count} ${status}`
    }),
  ].filter((part) => part !== '' && part !== '0 converged')
  const head = parts.length === 0 ? 'nothing to change' : `${parts.join(', ')} on ${plural(changing.length, 'host')}`
  return `Plan: ${[head, ...ends].join('; ')}`
}

/** The whole plan for people: every group of equal hosts once, then the summary line. */
export const renderPlan = (analysis: Analysis, options: { readonly whole: boolean }, paint: Paint): string => {
  const groups = new Map<string, string[]>()
  for (const host of analysis.hosts) {
    const text = renderHostPlan(host, options.whole, paint)
    if (text === '') continue
    const names = groups.get(text)
    if (names === undefined) groups.set(text, [host.host])
    else names.push(host.host)
  }
  const blocks = [...groups].map(([text, names]) => {
    const count = names.length === 1 ? '' : ` ${paint('dim', `(${plural(names.length, 'host')})`)}`
    return `${paint('bold', names.map(inert).join(' '))}${count}\n${text}\n`
  })
  return [...blocks, `${planSummary(analysis)}\n`].join('\n')
}

export const diagnosticsOf = (
  hosts: readonly { readonly diagnostics: readonly Diagnostic[] }[],
): readonly Diagnostic[] => hosts.flatMap((h) => h.diagnostics)
