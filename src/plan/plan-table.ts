import type { LedgerEntry } from '../ledger/ledger.ts'
import { edits } from '../states/edits/index.ts'
import { builtinKinds } from '../states/index.ts'
import type { Aspects } from '../states/kind.ts'
import { parseArgs, parseStep } from '../steps/parse.ts'
import { isPartKey } from '../steps/part.ts'
import type { Key, Step } from '../steps/step.ts'
import type { PlanInput, PlanResult } from './input.ts'
import type { Change } from './plan.ts'
import { planHost } from './plan-host.ts'

/** One key of a ledger in a table: aspects as they are written in steps. */
export interface Held {
  readonly origin: string
  readonly last: string
  readonly step: string
  readonly onRemoval?: 'keep'
  readonly negative?: true
  readonly generation?: number
}

/** What is known of a host, in words of the step language: a row of a table to be read by people. */
export interface Given extends Partial<Pick<PlanInput, 'onConflict' | 'rollback' | 'audit' | 'meta' | 'foreign'>> {
  readonly wanted?: readonly string[]
  readonly held?: Readonly<Record<Key, Held>>
  /** Wanted and held keys that are not named are absent. */
  readonly observed?: Readonly<Record<Key, string>>
  readonly files?: Readonly<Record<string, string | undefined>>
  readonly without?: readonly string[]
}

const stepOf = (text: string, index: number): Step => {
  const { step } = parseStep(text)
  if (step === undefined) throw new Error(`no step: ${text}`)
  return { ...step, source: `site.ts:${index + 1}:1` }
}

const everything = ['paths', 'owners', 'accounts', 'packages', 'units', 'kernel', 'exec'] as const

const entryOf = ([key, held]: readonly [Key, Held], index: number): readonly [Key, LedgerEntry] => [
  key,
  {
    key,
    origin: parseArgs(held.origin),
    last: parseArgs(held.last),
    order: index + 1,
    generation: held.generation ?? 1,
    step: held.step,
    onRemoval: held.onRemoval ?? 'undo',
    negative: held.negative ?? false,
  },
]

export const planOf = (given: Given): PlanResult => {
  const { wanted = [], held = {}, observed = {}, files = {}, without = [], ...more } = given
  const list = wanted.map(stepOf)
  const keys = [
    ...list.flatMap((step) => builtinKinds.byVerb.get(step.verb)?.keyOf(step) ?? []),
    ...Object.keys(held),
  ].filter((key) => !isPartKey(key))
  const absent: Aspects = { type: 'absent' }
  return planHost({
    site: 's',
    kinds: builtinKinds,
    edits,
    list,
    meta: new Map(),
    ledger: { site: 's', generation: 1, entries: new Map(Object.entries(held).map(entryOf)) },
    observed: new Map([
      ...keys.map((key) => [key, absent] as const),
      ...Object.entries(observed).map(([key, aspects]) => [key, parseArgs(aspects)] as const),
    ]),
    files: new Map(Object.entries(files)),
    newGeneration: 2,
    listDigestChanged: true,
    foreign: new Map(),
    capabilities: new Set(everything.filter((one) => !without.includes(one))),
    ...more,
  })
}

const changeLine = (change: Change): string =>
  [
    change.reason,
    change.action,
    ...(change.conflict ? ['conflict'] : []),
    ...(change.audit ? ['audit'] : []),
    ...(change.before.is === 'unknown' ? [`unknown(${change.before.because})`] : []),
    `${change.key}${change.steps.length === 0 ? '' : ':'}`,
    change.steps.map((step) => step.text).join('; '),
    change.note === undefined ? '' : `(${change.note})`,
  ]
    .filter((word) => word !== '')
    .join(' ')

/** The plan as lines: what changes and why, then errors as `error[CODE] KEY`. */
export const planLines = (given: Given): readonly string[] => {
  const { plan, diagnostics } = planOf(given)
  return [...plan.changes.map(changeLine), ...diagnostics.map((d) => `${d.severity}[${d.code}] ${d.key ?? ''}`)]
}

/** What the host is told, in order: each step, and for an action the numbers of those that asked for it. */
export const opLines = (given: Given): readonly string[] => {
  const { ops } = planOf(given).plan
  return ops.map(({ step, because = [] }) => `${step.text}${because.length === 0 ? '' : ` for ${because.join(',')}`}`)
}
