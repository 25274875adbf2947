import { randomBytes } from 'node:crypto'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Along, ApplyEvent, ApplyRequest, HostSession, OnFailure, Retention } from '../host/session.ts'
import type { Generation, Ledger, LedgerEntry } from '../ledger/ledger.ts'
import { isCarriedOut, type Op } from '../plan/plan.ts'
import type { Aspects } from '../states/kind.ts'
import { listDigest } from '../steps/list.ts'
import type { Analysed } from './analysed.ts'
import { isRefusal, stepFailure } from './step-failure.ts'
import { runTrial, type TrialSupport } from './trial.ts'
import type { EngineEvent, HostResult, HostTrial } from './types.ts'

const newTransaction = (): string => `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`

const withTransaction = (aspects: Aspects, transaction: string): Aspects => {
  if (!Object.values(aspects).some((v) => v.startsWith('$TX.'))) return aspects
  return Object.fromEntries(Object.entries(aspects).map(([k, v]) => [k, v.replace(/^\$TX\./, `${transaction}.`)]))
}

/** The planned ledger with the transaction's id where the plan could only write `$TX`. */
const namedLedger = (ledger: Ledger, transaction: string): Ledger => ({
  ...ledger,
  entries: new Map(
    [...ledger.entries].map(([key, entry]): readonly [string, LedgerEntry] => [
      key,
      { ...entry, origin: withTransaction(entry.origin, transaction), last: withTransaction(entry.last, transaction) },
    ]),
  ),
})

const relay = (host: string, ops: readonly Op[], on: (event: EngineEvent) => void): ((event: ApplyEvent) => void) => {
  const byNumber = new Map(ops.map((op) => [op.number, op]))
  return (event) => {
    if (event.event === 'sending') on({ ...event, host })
    else if (event.event === 'note' || event.event === 'try' || event.event === 'along') on({ ...event, host })
    else {
      const op = byNumber.get(event.number)
      on({ ...event, host, total: ops.length, key: op?.key ?? '', step: op?.step.text ?? '' })
    }
  }
}

const alongOf = ({ event: _event, host: _host, ...along }: EngineEvent & { readonly event: 'along' }): Along => along

/** How one host's transaction ended. */
export interface Executed extends HostResult {
  /** Nothing was done, since another run had changed what the plan was made from: a new plan is wanted. */
  readonly outdated?: true
}

export interface ExecuteOptions {
  readonly onFailure: OnFailure
  readonly who: string
  /** Default `push`. */
  readonly via?: Generation['via']
  readonly on: (event: EngineEvent) => void
  readonly retention: Retention
  readonly trial?: HostTrial & { readonly support: TrialSupport }
}

/** Carries one analysed plan out on its host: one transaction. */
export const execute = async (session: HostSession, analysed: Analysed, options: ExecuteOptions): Promise<Executed> => {
  const { host, plan, hello, desired } = analysed
  const transaction = newTransaction()
  const number = plan.newGeneration ? Math.max(0, ...hello.generations.map((g) => g.number)) + 1 : plan.baseGeneration
  const { trial } = options
  const request: ApplyRequest = {
    transaction,
    ops: plan.ops,
    ledger: namedLedger({ ...plan.ledger, generation: number }, transaction),
    generation: {
      number,
      site: plan.site,
      commit: desired.commit,
      dirty: desired.dirty,
      document: desired.document,
      list: listDigest(analysed.listSteps),
      who: options.who,
      via: options.via ?? 'push',
      partial: false,
    },
    list: analysed.list,
    blobs: analysed.blobs,
    onFailure: options.onFailure,
    base: hello.ledgerDigest,
    retention: options.retention,
    ...(trial === undefined ? {} : { trySeconds: trial.seconds }),
  }
  const along: Along[] = []
  const tell = relay(host, plan.ops, (event) => {
    if (event.event === 'along') along.push(alongOf(event))
    options.on(event)
  })
  const result =
    trial === undefined
      ? await session.apply(request, tell)
      : await runTrial({ ...trial, site: plan.site, generation: number }, (onTry) =>
          session.apply(request, (event) => {
            tell(event)
            if (event.event === 'try') onTry(event.seconds)
          }),
        )
  const done = plan.changes.filter(isCarriedOut).length
  if (result.outcome === 'committed')
    return {
      host,
      status: done > 0 ? 'changed' : 'converged',
      changes: done,
      generation: number,
      ...(along.length === 0 ? {} : { along }),
      diagnostics: [],
    }
  if (result.outcome === 'interrupted') {
    const lost: Diagnostic = {
      severity: 'error',
      code: 'connection-lost',
      summary: 'the connection was lost while the host carried out the plan',
      detail: 'The host finishes or undoes the transaction by itself.',
      hint: `hexis recover --on ${host} settles it; hexis log ${host} shows what is in force.`,
      host,
    }
    return { host, status: 'unreachable', changes: 0, generation: plan.baseGeneration, diagnostics: [lost] }
  }
  const diagnostic = stepFailure(host, result, plan.ops)
  if (isRefusal(result))
    return {
      host,
      status: 'refused',
      changes: 0,
      generation: plan.baseGeneration,
      diagnostics: [diagnostic],
      ...(diagnostic.code === 'outdated' ? { outdated: true } : {}),
    }
  return {
    host,
    status: result.outcome === 'undone' ? 'undone' : 'failed',
    changes: 0,
    generation: result.outcome === 'partial' ? number : plan.baseGeneration,
    diagnostics: [diagnostic],
  }
}
