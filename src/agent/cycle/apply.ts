import type { DiagnosticCode } from '../../diagnostics/codes.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Analysis, EngineEvent, HostAnalysis, HostResult, UpOptions } from '../../engine/types.ts'
import { type Change, isCarriedOut } from '../../plan/plan.ts'
import type { Stage } from '../state/state.ts'
import type { Opened } from './opened.ts'

/** How an attempt to bring the host to a list ended. */
export type Outcome =
  | { readonly is: 'done'; readonly changes: readonly Change[]; readonly generation: number }
  /** The commit is to blame: trying again would end the same way. */
  | { readonly is: 'bad'; readonly stage: Stage; readonly because: string; readonly generation: number }
  /** Something that may be over the next time. */
  | { readonly is: 'later'; readonly stage: Stage; readonly because: string; readonly generation: number }

export interface ApplyOptions {
  readonly host: string
  /** Patterns of keys: steps that cannot be taken back and may be carried out, or passed. */
  readonly irreversible: readonly string[]
  readonly allowRemovals: boolean
  readonly signal: AbortSignal
  readonly on: (event: EngineEvent) => void
}

/** What says nothing about a commit. */
const passing: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'host-busy',
  'lock-held',
  'transaction-at-work',
  'interrupted',
  'interrupted-transaction',
  'connection-lost',
  'unreachable',
  'timeout',
  'disk-full',
  'read-only',
  'state-unwritable',
  'state-unreadable',
  'state-damaged',
  'ledger-damaged',
  'outdated',
  'garbage-from-host',
  'internal',
])

/** Found when the plan was made: nothing was begun. */
const planned: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'irreversible',
  'many-removals',
  'content-gone',
  'missing-need',
  'conflict',
])

/** `exec:*` and the like. */
export const matchesAny = (patterns: readonly string[], key: string): boolean =>
  patterns.some((pattern) =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(key),
  )

/** One line that says what went wrong, and where it was declared. */
export const inOneLine = (diagnostics: readonly Diagnostic[]): string => {
  const [first] = diagnostics.filter((d) => d.severity === 'error')
  if (first === undefined) return 'no reason was given'
  const at = first.source === undefined ? '' : ` (${first.source.file}:${first.source.line})`
  const [detail] = first.detail?.split('\n') ?? []
  return `${first.summary}${at}${detail === undefined || first.code === 'internal' ? '' : `: ${detail}`}`
}

const firstCode = (diagnostics: readonly Diagnostic[]): DiagnosticCode | undefined =>
  diagnostics.find((d) => d.severity === 'error')?.code

/** What a failed host means for the commit. */
export const blame = (result: HostResult | HostAnalysis, generation: number): Outcome => {
  const { status, diagnostics } = result
  const code = firstCode(diagnostics)
  const because = inOneLine(diagnostics)
  if (result.inConfig === true) return { is: 'bad', stage: 'evaluate', because, generation }
  const stage: Stage = code !== undefined && planned.has(code) ? 'plan' : 'apply'
  const isPassing =
    status === 'unreachable' ||
    status === 'interrupted' ||
    status === 'declined' ||
    (code !== undefined && passing.has(code))
  return { is: isPassing ? 'later' : 'bad', stage, because, generation }
}

const upOptions = (options: ApplyOptions, seen: Change[]): UpOptions => ({
  selector: options.host,
  via: 'agent',
  signal: options.signal,
  on: options.on,
  // Whether the commit follows the one in force was looked at when it was fetched.
  forceCommit: true,
  allowRemovals: options.allowRemovals,
  allowIrreversible: ({ key }) => matchesAny(options.irreversible, key),
  trySeconds: 0,
  confirm: async (analysis: Analysis) => {
    seen.push(...(analysis.hosts[0]?.plan?.changes ?? []))
    return true
  },
})

const outcomeOf = (result: HostResult | undefined, seen: readonly Change[]): Outcome => {
  if (result === undefined) return { is: 'later', stage: 'apply', because: 'no host was worked on', generation: 0 }
  const { status, generation } = result
  if (status !== 'converged' && status !== 'changed') return blame(result, generation)
  return { is: 'done', changes: seen.filter(isCarriedOut), generation }
}

/** A look at the host: what would be changed, and what is only reported. Writes nothing. */
export const look = async (
  { engine }: Opened,
  { host, signal }: Pick<ApplyOptions, 'host' | 'signal'>,
  audit: boolean,
): Promise<HostAnalysis> => {
  const [analysis] = (await engine.plan({ selector: host, signal, audit })).hosts
  if (analysis === undefined) throw new Error('a plan of one host has one host')
  return analysis
}

/** True where there is something to do, or to record. */
export const isPending = ({ status, plan, interrupted }: HostAnalysis): boolean =>
  status !== 'ready' ||
  interrupted !== undefined ||
  plan?.records === true ||
  plan?.changes.some((c) => !c.audit && c.steps.length > 0) === true

/** Brings the host to what the commit declares. */
export const enforce = async ({ engine }: Opened, options: ApplyOptions): Promise<Outcome> => {
  const seen: Change[] = []
  const { hosts } = await engine.up(upOptions(options, seen))
  return outcomeOf(hosts[0], seen)
}

/** Brings the host back to an earlier generation, whose list lies on the host itself. */
export const goBack = async ({ engine }: Opened, generation: number, options: ApplyOptions): Promise<Outcome> => {
  const seen: Change[] = []
  const { hosts } = await engine.rollback({ to: String(generation) }, upOptions(options, seen))
  return outcomeOf(hosts[0], seen)
}

/** True for a way back that a person has to decide on. */
export const isIrreversible = (outcome: Outcome): boolean => outcome.is === 'bad' && outcome.stage === 'plan'
