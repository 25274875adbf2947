import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects } from '../states/kind.ts'
import { actionsOf, argsOf, makeStep, parseStep } from '../steps/parse.ts'
import { isPartKey, wholeOf } from '../steps/part.ts'
import type { Action, Key, Step } from '../steps/step.ts'
import type { PlanInput } from './input.ts'
import type { Change } from './plan.ts'
import { sourceField } from './sources.ts'

/** All edits of one file: those that are wanted, in list order, and parts that are held and no longer wanted. */
export interface FileEdits {
  readonly path: string
  readonly wanted: readonly { readonly step: Step; readonly order: number }[]
  readonly dropped: readonly LedgerEntry[]
}

/** The key of the part that an edit holds. */
export const partKey = (input: PlanInput, step: Step): Key =>
  input.kinds.byVerb.get(step.verb)?.keyOf(step) ?? `path:${step.target}`

const pathOfPart = (key: Key): string => wholeOf(key).slice('path:'.length)

/** The edits of a list and a ledger, file by file. */
export const editsByFile = (input: PlanInput): readonly FileEdits[] => {
  const files = new Map<string, { wanted: { step: Step; order: number }[]; dropped: LedgerEntry[] }>()
  const at = (path: string): { wanted: { step: Step; order: number }[]; dropped: LedgerEntry[] } => {
    const known = files.get(path) ?? { wanted: [], dropped: [] }
    files.set(path, known)
    return known
  }
  const keys = new Set<Key>()
  for (const [order, step] of input.list.entries()) {
    if (!input.edits.has(step.verb)) continue
    keys.add(partKey(input, step))
    at(step.target).wanted.push({ step, order })
  }
  for (const entry of input.ledger.entries.values())
    if (isPartKey(entry.key) && !keys.has(entry.key)) at(pathOfPart(entry.key)).dropped.push(entry)
  return [...files].map(([path, edits]) => ({ path, ...edits }))
}

/** Was the file made for one of its parts? */
export const isMade = (input: PlanInput, path: string): boolean => {
  const parts = [...input.ledger.entries.values()].filter((e) => isPartKey(e.key) && pathOfPart(e.key) === path)
  return parts.some((entry) => entry.origin.file === 'absent')
}

const hadOf = (origin: Aspects): string | undefined => (origin.type === 'absent' ? undefined : origin.text)

/** The declaring step of an entry. */
export const stepOf = (entry: LedgerEntry): Step | undefined => parseStep(entry.step).step

/** Is a part in this text other than Hexis had set it? */
export const changedByOthers = (input: PlanInput, entry: LedgerEntry, text: string): boolean => {
  const step = stepOf(entry)
  const edit = step === undefined ? undefined : input.edits.get(step.verb)
  return step !== undefined && edit !== undefined && edit.apply(text, argsOf(step), argsOf(step)).text !== text
}

/** Takes held parts that are no longer wanted out of the text; what others made of one stays where it is. */
export const undoDropped = (
  input: PlanInput,
  file: FileEdits,
  start: string,
): { readonly text: string; readonly changes: readonly Change[]; readonly actions: readonly Action[] } => {
  let text = start
  const changes: Change[] = []
  const actions: Action[] = []
  // The last that came goes first: what one finds of an empty table, or a section, the next one may have made.
  for (const entry of file.dropped.toSorted((a, b) => b.generation - a.generation || b.order - a.order)) {
    const step = stepOf(entry)
    const edit = step === undefined ? undefined : input.edits.get(step.verb)
    const kept = entry.onRemoval === 'keep' || entry.negative || step === undefined || edit === undefined
    const next = kept ? text : edit.undo(text, argsOf(step), hadOf(entry.origin))
    const changed = next !== text
    changes.push({
      key: entry.key,
      action: 'remove',
      reason: changed ? 'removed' : 'released',
      conflict: false,
      before: { is: 'known', aspects: entry.last },
      after: entry.origin,
      steps:
        changed && step !== undefined
          ? [makeStep({ verb: step.verb, target: step.target, args: { ...argsOf(step), absent: 'yes' } })]
          : [],
      reversibility: 'exact',
      stays: [],
      actions: changed && step !== undefined ? actionsOf(step) : [],
      audit: false,
      ...sourceField(entry.source),
    })
    if (changed && step !== undefined) actions.push(...actionsOf(step))
    text = next
  }
  return { text, changes, actions }
}
