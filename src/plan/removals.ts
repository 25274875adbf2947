import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects, Seen, StateKind } from '../states/kind.ts'
import { decode } from '../steps/encoding.ts'
import { actionsOf, argsOf, makeStep, parseStep, pick } from '../steps/parse.ts'
import type { Action, Key, Step } from '../steps/step.ts'
import { quoteArgv } from '../text/quote.ts'
import { removalOf } from './additions.ts'
import { comparable, differing, precondition } from './compare.ts'
import type { Draft, DueAction } from './draft.ts'
import type { PlanInput } from './input.ts'
import type { Change } from './plan.ts'
import { sourceField } from './sources.ts'
import { spelled } from './spelled.ts'
import { after, type VirtualState } from './virtual.ts'

const absent: Aspects = { type: 'absent' }

const changeOf = (entry: LedgerEntry, seen: Seen, more: Partial<Change>): Change => ({
  key: entry.key,
  action: 'remove',
  reason: 'removed',
  conflict: false,
  before: seen,
  after: entry.origin,
  steps: [],
  reversibility: 'exact',
  stays: [],
  actions: [],
  audit: false,
  ...sourceField(entry.source),
  ...more,
})

const draftOf = (
  change: Change,
  execute: readonly Step[],
  expected: Aspects | undefined,
  actions: Draft['actions'] = [],
): Draft => ({
  change,
  key: change.key,
  execute,
  expected,
  early: false,
  actions,
})

const released = (entry: LedgerEntry, seen: Seen, note: string, conflict = false): Draft =>
  draftOf(
    changeOf(entry, seen, {
      reason: 'released',
      note,
      conflict,
      ...(seen.is === 'known' ? { after: seen.aspects } : {}),
    }),
    [],
    undefined,
  )

const childrenLeft = (entry: LedgerEntry, now: Aspects, passed: Passed): readonly string[] =>
  (now.entries ?? '')
    .split(',')
    .filter((name) => name !== '')
    .map(decode)
    .filter((name) => {
      const key = `${entry.key}/${name}`
      return !passed.gone.has(key) && !(passed.state.isClaimed(key) && nowOf(passed.state, key).type === 'absent')
    })

/** A directory that is not empty: what is in it is left alone, unless something that goes before it may take it along. */
const notEmpty = (entry: LedgerEntry, seen: Seen, left: readonly string[], passed: Passed): Draft => {
  const names = `${left.slice(0, 5).join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}`
  if (passed.disturbedBy === undefined) return released(entry, seen, `not empty, stays: ${names}`)
  return waiting(
    entry,
    seen,
    `not empty now (${names}): removed if it is empty once ${passed.disturbedBy} has gone`,
    passed,
  )
}

/** It stays for this time, and so do the accounts that it belongs to; the next look decides. */
const waiting = (entry: LedgerEntry, seen: Seen, note: string, passed: Passed): Draft => {
  const { owner, group } = seen.is === 'known' ? seen.aspects : {}
  if (owner !== undefined) passed.needed.set(`user:${owner}`, entry.key)
  if (group !== undefined) passed.needed.set(`group:${group}`, entry.key)
  return { ...draftOf(changeOf(entry, seen, { note }), [], undefined), entry: { ...entry, first: [] } }
}

/** The command that takes an exec back, or undefined. */
const undoOfExec = (entry: LedgerEntry, declaring: Step): readonly Step[] | undefined => {
  const { undo, directory, user, timeout, command, argv } = argsOf(declaring)
  if (undo === undefined) return undefined
  // Where the removal itself is undone, the command runs once more.
  const again = command ?? (argv === undefined ? undefined : quoteArgv(argv.split(' ').map(decode)))
  const args = Object.fromEntries(
    Object.entries({ command: undo, directory, user, timeout, undo: again }).flatMap(([k, v]) =>
      v === undefined ? [] : [[k, v] as const],
    ),
  )
  return [
    makeStep({
      verb: 'EXEC',
      target: entry.key.slice('exec:'.length),
      args,
      ...(entry.source === undefined ? {} : { source: entry.source }),
    }),
  ]
}

const declaringOf = (entry: LedgerEntry): Step | undefined => {
  const parsed = parseStep(entry.step)
  if (parsed.step === undefined) return undefined
  return entry.source === undefined ? parsed.step : { ...parsed.step, source: entry.source }
}

/** What is no longer declared may have gone with its package: then there is nothing to reload. */
const onlyIfThere = (action: Action): DueAction => ({ ...action, ifThere: true })

const nowOf = (state: VirtualState, key: Key): Aspects => {
  const seen = state.at(key)
  return seen?.is === 'known' ? seen.aspects : {}
}

const notKept = 'its earlier content is kept no more: retention has removed it'

/** The entry without the content that cannot come back; `all` where nothing else would. Undefined: it is there. */
const lostContent = (input: PlanInput, entry: LedgerEntry, now: Aspects): LedgerEntry | 'all' | undefined => {
  const { inode, content: _content, ...rest } = entry.origin
  if (inode === undefined || input.gone?.has(inode) !== true) return undefined
  if (now.content === entry.origin.content && now.type === entry.origin.type) return undefined
  if (now.type !== rest.type || Object.keys(rest).every((name) => now[name] === rest[name])) return 'all'
  return { ...entry, origin: rest }
}

const restore = (kind: StateKind, entry: LedgerEntry, now: Aspects, conflict: boolean, lost?: string): Draft => {
  const declaring = declaringOf(entry)
  const seen: Seen = { is: 'known', aspects: now }
  const exec = kind.name === 'exec' && declaring !== undefined ? undoOfExec(entry, declaring) : undefined
  if (kind.name === 'exec' && exec === undefined)
    return released(entry, seen, 'a command without undo is not taken back')
  const steps =
    exec ??
    spelled(
      kind,
      entry.key,
      now,
      entry.origin,
      declaring === undefined ? [] : [declaring],
      kind.takenBack?.(entry.origin),
    )
  const reverse = kind.reverse(entry.key, now, entry.origin, declaring)
  const stays =
    reverse.strength === 'exact' ? [] : reverse.strength === 'best-effort' ? reverse.stays : [reverse.because]
  const action = entry.origin.type === 'absent' || kind.name === 'exec' ? 'remove' : 'update'
  const actions = declaring === undefined ? [] : actionsOf(declaring)
  const change = changeOf(entry, seen, {
    action,
    steps,
    conflict,
    reversibility: exec === undefined && lost === undefined ? reverse.strength : 'best-effort',
    stays,
    ...(lost === undefined ? {} : { note: lost }),
    actions,
  })
  const expected = precondition(now, { ...entry.last, ...entry.origin })
  return draftOf(change, steps, expected, actions.map(onlyIfThere))
}

/** What shall come back has nothing to come back into. */
const hasLostItsPlace = (kind: StateKind, entry: LedgerEntry, state: VirtualState): boolean => {
  const step = declaringOf(entry)
  const within = step === undefined ? [] : (kind.within?.(step) ?? [])
  return within.some((outer) => {
    const { type } = nowOf(state, outer)
    return type !== undefined && type !== 'dir' && type !== 'link'
  })
}

/** What the removals before this one have brought about. */
interface Passed {
  readonly state: VirtualState
  readonly gone: Set<Key>
  /** What things need that stay though nobody declares them any more. */
  readonly kept: Set<Key>
  /** Accounts that stay as long as something that waits belongs to them. */
  readonly needed: Map<Key, Key>
  /** A command or package that goes and may take files along that nobody declared. */
  disturbedBy?: Key
}

/** Why something that Hexis made stays: it holds what others made, or such a thing needs it. */
const holding = (kind: StateKind, entry: LedgerEntry, now: Aspects, kept: Set<Key>): string | undefined => {
  if (kept.has(entry.key)) return 'what stays needs it; stays too'
  const why = kind.keeps?.(entry.key, now)
  const step = why === undefined ? undefined : declaringOf(entry)
  if (step !== undefined) for (const need of kind.needs(step)) kept.add(need)
  return why
}

/** One key that is held and no longer wanted. */
const removal = (input: PlanInput, held: LedgerEntry, passed: Passed, diagnostics: Diagnostic[]): Draft | undefined => {
  const { state, gone } = passed
  const kind = input.kinds.byName.get(held.key.slice(0, held.key.indexOf(':')))
  const seen = state.at(held.key)
  if (kind === undefined || seen === undefined || seen.is === 'unknown')
    return released(held, { is: 'known', aspects: {} }, 'this host cannot be asked for it any more')
  const now = seen.aspects
  const entry = removalOf(kind, held, now)
  if (entry.onRemoval === 'keep') return released(entry, seen, 'kept as it is, as declared')
  if (entry.negative && input.rollback !== true) return released(entry, seen, 'an absence leaves nothing to take back')
  const back = differing(kind, entry.origin, now)
  if (kind.name !== 'exec' && back.length === 0) {
    if (now.type === 'absent') gone.add(entry.key)
    return released(entry, seen, 'it is as it was before Hexis')
  }
  const belongs = passed.needed.get(held.key)
  if (belongs !== undefined) return waiting(held, seen, `stays as long as ${belongs} belongs to it`, passed)
  const edited = differing(kind, entry.last, now).length > 0
  if (edited && input.onConflict === 'abort') diagnostics.push(conflictError(entry))
  const holds = entry.origin.type === 'absent' ? holding(kind, entry, now, passed.kept) : undefined
  if (holds !== undefined) return released(entry, seen, holds)
  const lost = lostContent(input, entry, now)
  if (lost !== undefined)
    return lost === 'all' ? released(entry, seen, notKept) : restore(kind, lost, now, edited, notKept)
  if (edited && input.onConflict !== 'replace')
    return released(entry, seen, 'changed by hand since; left as it is', true)
  const left = entry.origin.type === 'absent' && now.type === 'dir' ? childrenLeft(entry, now, passed) : []
  if (left.length > 0) return notEmpty(held, seen, left, passed)
  if (entry.origin.type === 'absent') gone.add(entry.key)
  else if (hasLostItsPlace(kind, entry, state)) {
    if (input.onConflict === 'abort') diagnostics.push(conflictError(entry))
    return released(entry, seen, 'what it was in is gone since; left as it is', true)
  }
  return restore(kind, entry, now, edited)
}

const conflictError = (entry: LedgerEntry): Diagnostic => ({
  severity: 'error',
  code: 'conflict',
  summary: `${entry.key} was changed by hand since Hexis last set it, and is no longer declared`,
  hint: 'Choose --on-conflict keep (leave it) or replace (restore what was before Hexis).',
  key: entry.key,
  ...sourceField(entry.source),
})

/** Removals in the reverse order of making; the virtual state is brought on. */
export const removals = (
  input: PlanInput,
  entries: readonly LedgerEntry[],
  state: VirtualState,
): { readonly drafts: readonly Draft[]; readonly diagnostics: readonly Diagnostic[] } => {
  const passed: Passed = { state, gone: new Set(), kept: new Set(), needed: new Map() }
  const diagnostics: Diagnostic[] = []
  const drafts: Draft[] = []
  for (const entry of entries.toSorted((a, b) => b.order - a.order)) {
    const draft = removal(input, entry, passed, diagnostics)
    if (draft === undefined) continue
    drafts.push(draft)
    const kind = input.kinds.byName.get(entry.key.slice(0, entry.key.indexOf(':')))
    if (draft.execute.length > 0 && kind?.disturbs === true) passed.disturbedBy = entry.key
    const origin = draft.change.after
    if (draft.execute.length > 0 && draft.expected !== undefined)
      state.set(
        entry.key,
        origin.type === 'absent' ? absent : after(nowOf(state, entry.key), pick(origin, comparable(origin))),
      )
  }
  return { drafts, diagnostics }
}
