import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Ledger, LedgerEntry } from '../ledger/ledger.ts'
import { formatArgs } from '../steps/parse.ts'
import { isPartKey } from '../steps/part.ts'
import type { Key } from '../steps/step.ts'
import { isAccess } from './access.ts'
import { blobsOf, numbered, recorded, weakest } from './assemble.ts'
import { desired } from './desired.ts'
import type { Draft } from './draft.ts'
import { type EditedFiles, editedFiles } from './edited-files.ts'
import { editsByFile, type FileEdits } from './file-parts.ts'
import type { PlanInput, PlanResult } from './input.ts'
import { holdable } from './owners.ts'
import { withParents } from './parents.ts'
import type { HostPlan } from './plan.ts'
import { behindAwaited } from './postponed.ts'
import { dueReboots, type Reboots } from './reboots.ts'
import { removals } from './removals.ts'
import { sourceField } from './sources.ts'
import { VirtualState } from './virtual.ts'
import { dueWaits } from './waits.ts'
import { wantsOf } from './wants.ts'

const foreignErrors = (
  input: PlanInput,
  keys: readonly { readonly key: Key; readonly source?: string | undefined }[],
): readonly Diagnostic[] =>
  keys.flatMap(({ key, source }) => {
    const owner = input.foreign.get(key)
    if (owner === undefined) return []
    return [
      {
        severity: 'error' as const,
        code: 'other-site',
        summary: `${key} belongs to the site '${owner}' on this host; the site '${input.site}' cannot own it too`,
        hint: `Declare it in one of the two, or let go of it there: hexis release HOST ${key} --why TEXT.`,
        key,
        ...sourceField(source),
      },
    ]
  })

/** Homes of accounts that go in this run. */
const leavingHomes = (removed: readonly Draft[]): readonly string[] =>
  removed.flatMap(({ key, change, execute }) => {
    const home = change.before.is === 'known' ? change.before.aspects.home : undefined
    return key.startsWith('user:') && change.action === 'remove' && execute.length > 0 && home !== undefined
      ? [`path:${home}/`]
      : []
  })

/**
 * Early access, then removals, then the rest in list order, then removals of access; but what gives access to an account
 * goes before the account itself, so that its home is as it was made.
 */
const inOrder = (removed: readonly Draft[], wanted: readonly Draft[]): readonly Draft[] => {
  const early = wanted.filter((d) => d.early)
  const homes = leavingHomes(removed)
  const isLate = ({ key }: Draft): boolean => isAccess(key) && !homes.some((home) => key.startsWith(home))
  return [
    ...early,
    ...removed.filter((d) => !isLate(d)),
    ...wanted.filter((d) => !d.early),
    ...removed.filter((d) => isLate(d)),
  ]
}

const joined = (a: EditedFiles, b: EditedFiles): EditedFiles => ({
  drafts: [...a.drafts, ...b.drafts],
  settled: [...a.settled, ...b.settled],
  adopted: [...a.adopted, ...b.adopted],
  diagnostics: [...a.diagnostics, ...b.diagnostics],
  newBlobs: new Map([...a.newBlobs, ...b.newBlobs]),
  edited: new Map([...a.edited, ...b.edited]),
})

const byListOrder = (drafts: readonly Draft[]): readonly Draft[] => {
  const order = (draft: Draft): number => draft.order ?? draft.entry?.order ?? 0
  return drafts
    .map((draft, index) => ({ draft, index }))
    .sort((a, b) => order(a.draft) - order(b.draft) || a.index - b.index)
    .map(({ draft }) => draft)
}

const textOf = (entry: LedgerEntry): string =>
  [
    formatArgs(entry.origin),
    formatArgs(entry.last),
    entry.generation,
    entry.step,
    entry.source ?? '',
    entry.onRemoval,
    entry.negative,
  ].join('\t')

/** Order alone is no reason to write to a host. */
const sameEntry = (a: LedgerEntry | undefined, b: LedgerEntry): boolean => a !== undefined && textOf(a) === textOf(b)

/** Without what comes after a reboot: neither wanted nor taken away, for the time being. */
const without = (input: PlanInput, later: ReadonlySet<Key>): PlanInput => ({
  ...input,
  list: input.list.filter((step) => !later.has(input.kinds.byVerb.get(step.verb)?.keyOf(step) ?? '')),
  ledger: { ...input.ledger, entries: new Map([...input.ledger.entries].filter(([key]) => !later.has(key))) },
})

/** The ledger with what was held and has to wait. */
const withHeld = ({ plan, ...rest }: PlanResult, ledger: Ledger, later: ReadonlySet<Key>): PlanResult => {
  const held = [...ledger.entries].filter(([key]) => later.has(key))
  return { ...rest, plan: { ...plan, ledger: { ...plan.ledger, entries: new Map([...plan.ledger.entries, ...held]) } } }
}

/**
 * What must change on one host, why, in which order, and what will be remembered. Pure: the same input gives the same
 * plan. Diagnostics of severity `error` mean that the plan must not be carried out.
 */
export const planHost = (input: PlanInput): PlanResult => {
  const { result, reboots } = planned(input)
  if (reboots.later.size === 0) return result
  return withHeld(planned(without(input, reboots.later)).result, input.ledger, reboots.later)
}

const planned = (given: PlanInput): { readonly result: PlanResult; readonly reboots: Reboots } => {
  const input = withParents(holdable(given))
  const { wants, diagnostics: listErrors } = wantsOf(input)
  const state = new VirtualState(input.observed)
  const wantedKeys = new Set(wants.map((w) => w.key))
  const held = [...input.ledger.entries.values()].filter((e) => !isPartKey(e.key) && !wantedKeys.has(e.key))
  const isLeaving = ({ path, wanted }: FileEdits): boolean =>
    wanted.length === 0 && (wantedKeys.has(`path:${path}`) || !input.ledger.entries.has(`path:${path}`))
  const files = editsByFile(input)
  // Parts give way to the whole first, so that its origin is what was there before any of them; and a directory is empty
  // once the files that were made for parts have gone.
  const parts = editedFiles(input, files.filter(isLeaving), state)
  const removed = removals(input, held, state)
  const walked = desired(input, wants, state)
  const edits = joined(
    parts,
    editedFiles(
      input,
      files.filter((file) => !isLeaving(file)),
      state,
    ),
  )
  const listed = behindAwaited(input, walked.drafts, edits.drafts)
  const isRemovalEdit = (d: Draft): boolean => d.entry === undefined && d.change.action === 'remove' && !d.change.audit
  const waits = behindAwaited(input, dueWaits(input, [...removed.drafts, ...listed, ...edits.drafts]), edits.drafts)
  const most = inOrder(
    [...edits.drafts.filter((d) => isRemovalEdit(d)), ...removed.drafts],
    byListOrder([...listed, ...edits.drafts.filter((d) => !isRemovalEdit(d)), ...waits]),
  )
  const reboots = dueReboots(input, most)
  const drafts = [...most, ...reboots.drafts]
  const { ops, firstOp, actions } = numbered(drafts)
  const entries = new Map<Key, LedgerEntry>()
  for (const entry of [...walked.settled, ...edits.settled]) entries.set(entry.key, entry)
  for (const draft of drafts) {
    const entry = recorded(draft, firstOp.get(draft))
    if (entry !== undefined) entries.set(entry.key, entry)
  }
  const keptOut = input.audit === true ? [...input.ledger.entries.values()] : []
  for (const entry of keptOut) entries.set(entry.key, entry)
  const changed =
    entries.size !== input.ledger.entries.size ||
    [...entries.values()].some((e) => !sameEntry(input.ledger.entries.get(e.key), e))
  const isNothing = input.list.length === 0 && input.ledger.generation === 0
  const newGeneration = input.listDigestChanged && !isNothing && input.audit !== true
  const ledger: Ledger = {
    site: input.site,
    generation: newGeneration ? input.newGeneration : input.ledger.generation,
    entries,
  }
  const changes = drafts.map((d) => d.change)
  const plan: HostPlan = {
    site: input.site,
    baseGeneration: input.ledger.generation,
    changes,
    actions,
    ops,
    ledger,
    adopted: [...walked.adopted, ...edits.adopted],
    records: input.audit !== true && (ops.length > 0 || changed || newGeneration),
    newGeneration,
    reversibility: weakest(changes.map((c) => c.reversibility)),
    blobs: blobsOf(ops),
  }
  const foreign = foreignErrors(input, [
    ...wants.map((w) => ({ key: w.key, source: w.steps[0]?.source })),
    ...[...edits.drafts, ...edits.settled].map((d) => ({ key: d.key, source: undefined })),
  ])
  const found = [...removed.diagnostics, ...walked.diagnostics, ...edits.diagnostics, ...reboots.diagnostics]
  const diagnostics = [...listErrors, ...foreign, ...found]
  return { result: { plan, diagnostics, newBlobs: edits.newBlobs, edited: edits.edited }, reboots }
}
