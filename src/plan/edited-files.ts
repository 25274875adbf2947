import { createHash } from 'node:crypto'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects, Seen } from '../states/kind.ts'
import { actionsOf, argsOf, makeStep } from '../steps/parse.ts'
import type { Action, Args, Key, Step } from '../steps/step.ts'
import type { Draft } from './draft.ts'
import { cannotBeMade, hardLinked, missingFile, noText } from './edit-objections.ts'
import { changedByOthers, type FileEdits, isMade, partKey, stepOf, undoDropped } from './file-parts.ts'
import type { PlanInput } from './input.ts'
import type { Change } from './plan.ts'
import { sourceField } from './sources.ts'
import { after, type VirtualState } from './virtual.ts'

export interface EditedFiles {
  /** Every draft but one a file has no steps to execute: all edits of a file are one replacement. */
  readonly drafts: readonly Draft[]
  readonly settled: readonly LedgerEntry[]
  readonly adopted: readonly Key[]
  readonly diagnostics: readonly Diagnostic[]
  readonly newBlobs: ReadonlyMap<string, Uint8Array>
  readonly edited: ReadonlyMap<string, { readonly before: string | undefined; readonly after: string | undefined }>
}

const originText = (had: string | undefined): Aspects =>
  had === undefined ? { type: 'absent' } : { text: had, type: 'text' }
const applied = (
  input: PlanInput,
  step: Step,
  text: string,
  entry: LedgerEntry | undefined,
): { readonly text: string; readonly had: string | undefined; readonly wanted: string } => {
  const edit = input.edits.get(step.verb)
  if (edit === undefined) return { text, had: undefined, wanted: '' }
  const last = entry === undefined ? undefined : stepOf(entry)
  const result = edit.apply(text, argsOf(step), last === undefined ? undefined : argsOf(last))
  return { ...result, wanted: edit.wanted(argsOf(step)) }
}

const madeBy = (args: Args): Aspects =>
  Object.fromEntries(
    (['mode', 'owner', 'group'] as const).flatMap((n) => (args[n] === undefined ? [] : [[n, args[n]] as const])),
  )

interface OneFile {
  readonly drafts: Draft[]
  readonly settled: LedgerEntry[]
  readonly adopted: Key[]
  readonly text: string
  readonly attributes: Aspects
  readonly actions: readonly Action[]
  readonly source: string | undefined
  /** Is there a part whose text others had changed since Hexis set it? The host keeps the file that had it. */
  readonly foreign: boolean
}

/** Applies the wanted edits of one file in order; one draft for each that changes something. */
const applyWanted = (input: PlanInput, file: FileEdits, start: string, created: boolean): OneFile => {
  const out: { drafts: Draft[]; settled: LedgerEntry[]; adopted: Key[] } = { drafts: [], settled: [], adopted: [] }
  const actions: Action[] = []
  // Whoever made the file: it goes with the last of its parts.
  const made = created || isMade(input, file.path) ? { file: 'absent' } : {}
  let text = start
  let attributes: Aspects = {}
  let source: string | undefined
  let foreign = false
  for (const { step, order } of file.wanted) {
    const args = argsOf(step)
    const key = partKey(input, step)
    const entry = input.ledger.entries.get(key)
    const audit = input.audit === true || input.meta.get(key)?.audit === true
    const edit = applied(input, step, text, entry)
    const last: Aspects = edit.wanted === '' ? { type: 'absent' } : { text: edit.wanted, type: 'text' }
    const recorded: LedgerEntry = {
      key,
      origin: { ...(entry?.origin ?? originText(edit.had)), ...made },
      last,
      order: order + 1,
      generation: entry?.generation ?? input.newGeneration,
      step: step.text,
      onRemoval: input.meta.get(key)?.onRemoval ?? 'undo',
      negative: args.absent === 'yes',
      ...(step.source === undefined ? {} : { source: step.source }),
    }
    attributes = { ...attributes, ...madeBy(args) }
    if (edit.text === text) {
      out.settled.push(recorded)
      if (entry === undefined) out.adopted.push(key)
      continue
    }
    const before: Aspects = edit.had === undefined ? { type: 'absent' } : { text: edit.had, type: 'text' }
    const reason: Change['reason'] = entry === undefined ? 'new' : entry.step === step.text ? 'drift' : 'changed'
    const action: Change['action'] = args.absent === 'yes' ? 'remove' : edit.had === undefined ? 'create' : 'update'
    const change: Change = {
      key,
      action,
      reason,
      conflict: false,
      before: { is: 'known', aspects: before },
      after: last,
      steps: [step],
      reversibility: 'exact',
      stays: [],
      actions: actionsOf(step),
      audit,
      ...sourceField(step.source),
    }
    out.drafts.push({
      change,
      key,
      execute: [],
      expected: undefined,
      early: false,
      actions: [],
      order: order + 1,
      ...(audit ? {} : { entry: { ...recorded, first: [] } }),
    })
    if (audit) continue
    foreign ||= entry !== undefined && changedByOthers(input, entry, text)
    text = edit.text
    source ??= step.source
    actions.push(...actionsOf(step))
  }
  return { ...out, text, attributes, actions, source, foreign }
}

/** The file may come with something of this run: the next cycle edits it, and the plan says so. */
const awaited = (input: PlanInput, step: Step, order: number, before: Extract<Seen, { is: 'unknown' }>): Draft => {
  const key = partKey(input, step)
  const args = argsOf(step)
  const wanted = input.edits.get(step.verb)?.wanted(args) ?? ''
  const change: Change = {
    key,
    action: args.absent === 'yes' ? 'remove' : input.ledger.entries.has(key) ? 'update' : 'create',
    reason: input.ledger.entries.has(key) ? 'changed' : 'new',
    conflict: false,
    before,
    after: wanted === '' ? { type: 'absent' } : { text: wanted, type: 'text' },
    steps: [step],
    reversibility: 'exact',
    stays: [],
    actions: actionsOf(step),
    audit: input.audit === true || input.meta.get(key)?.audit === true,
    later: true,
    note: `${step.target} is not there yet: edited once ${before.because} has run`,
    ...sourceField(step.source),
  }
  const entry = input.ledger.entries.get(key)
  const kept = entry === undefined ? {} : { entry: { ...entry, first: [] } }
  return { change, key, execute: [], expected: undefined, early: false, actions: [], order: order + 1, ...kept }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * The text of a file at this point of the plan; unknown where an earlier step puts something else into its place: then
 * the next cycle edits what is there by then.
 */
const textNow = (
  input: PlanInput,
  { path, wanted }: FileEdits,
  state: VirtualState,
): { readonly text?: string; readonly seen?: Seen } => {
  const key = `path:${path}`
  const seen = state.at(key, wanted[0]?.order)
  const text = input.files.get(path)
  if (seen?.is !== 'known') return { ...(seen === undefined ? {} : { seen }), ...(text === undefined ? {} : { text }) }
  if (seen.aspects.type === 'absent') return { seen }
  const observed = input.observed.get(key)
  const isOther = seen.aspects.type !== observed?.type || seen.aspects.content !== observed?.content
  if (isOther) return { seen: { is: 'unknown', because: key } }
  return { seen, ...(text === undefined ? {} : { text }) }
}

/** Is nothing left of a file but what its format cannot do without? */
const saysNothing = (input: PlanInput, file: FileEdits, text: string): boolean =>
  text === '' || file.dropped.some((entry) => input.edits.get(stepOf(entry)?.verb ?? '')?.isNothing?.(text) === true)

/** The one step that brings a file from what it was to the text with all its edits, or away. */
const replacement = (
  path: string,
  text: string | undefined,
  made: Pick<OneFile, 'attributes' | 'source' | 'foreign'>,
): Step => {
  const source = made.source === undefined ? {} : { source: made.source }
  const foreign = made.foreign ? { foreign: 'yes' } : {}
  return text === undefined
    ? makeStep({ verb: 'RM', target: path, args: foreign, ...source })
    : makeStep({ verb: 'COPY', target: path, args: { ...made.attributes, blob: sha256(text), ...foreign }, ...source })
}

/** Plans the edits of these files; every file that changes becomes one `COPY` (or `RM`). */
export const editedFiles = (input: PlanInput, files: readonly FileEdits[], state: VirtualState): EditedFiles => {
  const drafts: Draft[] = []
  const settled: LedgerEntry[] = []
  const adopted: Key[] = []
  const diagnostics: Diagnostic[] = []
  const newBlobs = new Map<string, Uint8Array>()
  const edited = new Map<string, { before: string | undefined; after: string | undefined }>()
  for (const file of files) {
    const key = `path:${file.path}`
    const { text: before, seen } = textNow(input, file, state)
    const creating = file.wanted.find(({ step }) => argsOf(step).create === 'yes')
    const first = file.wanted.find(({ step }) => argsOf(step).absent !== 'yes')
    if (before === undefined && seen?.is === 'unknown') {
      drafts.push(...file.wanted.map(({ step, order }) => awaited(input, step, order, seen)))
      continue
    }
    const odd = before === undefined ? noText(file.path, seen, file.wanted[0]?.step) : []
    if (odd.length > 0) {
      diagnostics.push(...odd)
      continue
    }
    if (before === undefined && first !== undefined && creating === undefined) {
      diagnostics.push(missingFile(file.path, first.step))
      continue
    }
    const refused = cannotBeMade(input, before === undefined ? creating?.step : undefined, state)
    if (refused.length > 0) {
      diagnostics.push(...refused)
      continue
    }
    try {
      const undone = undoDropped(input, file, before ?? '')
      const done = applyWanted(input, file, undone.text, before === undefined)
      settled.push(...done.settled)
      adopted.push(...done.adopted)
      drafts.push(
        ...undone.changes.map(
          (change): Draft => ({ change, key: change.key, execute: [], expected: undefined, early: false, actions: [] }),
        ),
      )
      const made = file.dropped.some((e) => e.origin.file === 'absent')
      const removed = before !== undefined && made && file.wanted.length === 0 && saysNothing(input, file, done.text)
      const target: string | undefined = removed || (before === undefined && done.text === '') ? undefined : done.text
      if (target === before) {
        drafts.push(...done.drafts)
        continue
      }
      const now = seen?.is === 'known' ? seen.aspects : {}
      const attributes = before === undefined ? done.attributes : {}
      const step = replacement(file.path, target, { ...done, attributes })
      diagnostics.push(...hardLinked(input, step, now))
      if (target !== undefined) newBlobs.set(sha256(target), Buffer.from(target))
      edited.set(file.path, { before, after: target })
      const expected = Object.fromEntries(Object.entries(now).filter(([n]) => n === 'type' || n === 'content'))
      const [leader, ...others] = [...drafts.splice(drafts.length - undone.changes.length), ...done.drafts]
      if (leader !== undefined)
        drafts.push({ ...leader, execute: [step], expected, actions: [...undone.actions, ...done.actions] }, ...others)
      state.set(
        key,
        after(
          now,
          target === undefined ? { type: 'absent' } : { ...attributes, type: 'file', content: sha256(target) },
        ),
      )
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error
      diagnostics.push(...error.diagnostics.map((d) => ({ ...sourceField(file.wanted[0]?.step.source), key, ...d })))
    }
  }
  return { drafts, settled, adopted, diagnostics, newBlobs, edited }
}
