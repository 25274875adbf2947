import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects, Seen } from '../states/kind.ts'
import { pick } from '../steps/parse.ts'
import type { Key, Step } from '../steps/step.ts'
import { isAccess } from './access.ts'
import { addedTo } from './additions.ts'
import { differing, precondition } from './compare.ts'
import type { Draft } from './draft.ts'
import { comesBackWhole, givenBack, stepsTo } from './given-back.ts'
import type { PlanInput } from './input.ts'
import { needsNotMet } from './needs.ts'
import type { Change } from './plan.ts'
import { sourceField } from './sources.ts'
import { after, type VirtualState } from './virtual.ts'
import type { Want } from './wants.ts'

export interface DesiredResult {
  readonly drafts: readonly Draft[]
  /** Entries of keys that need no step: already so, or adopted. */
  readonly settled: readonly LedgerEntry[]
  readonly adopted: readonly Key[]
  readonly diagnostics: readonly Diagnostic[]
}

const reasonOf = (
  want: Want,
  entry: LedgerEntry | undefined,
  names: readonly string[],
  now: Aspects,
): Pick<Change, 'reason' | 'conflict'> => {
  if (entry === undefined) return { reason: 'new', conflict: false }
  const declared = names.some((name) => entry.last[name] !== want.aspects[name])
  const foreign = names.some((name) => entry.last[name] !== undefined && entry.last[name] !== now[name])
  return { reason: declared ? 'changed' : 'drift', conflict: foreign && declared }
}

const entryOf = (
  input: PlanInput,
  want: Want,
  entry: LedgerEntry | undefined,
  last: Aspects,
  origin: Aspects,
): LedgerEntry => {
  const meta = input.meta.get(want.key)
  const source = want.steps[0]?.source
  return {
    key: want.key,
    origin,
    last,
    order: want.order + 1,
    generation: entry?.generation ?? input.newGeneration,
    step: want.steps.at(-1)?.text ?? '',
    onRemoval: meta?.onRemoval ?? 'undo',
    negative: want.kind.negative(want.aspects),
    ...(source === undefined ? {} : { source }),
  }
}

const strengthOf = (want: Want, now: Aspects): Pick<Change, 'reversibility' | 'stays'> => {
  const reverse = want.kind.reverse(want.key, now, want.aspects, want.steps[0])
  if (reverse.strength === 'exact') return { reversibility: 'exact', stays: [] }
  return {
    reversibility: reverse.strength,
    stays: reverse.strength === 'best-effort' ? reverse.stays : [reverse.because],
  }
}

const actionOf = (want: Want, now: Aspects | undefined): Change['action'] => {
  if (want.kind.name === 'exec') return 'run'
  if (want.aspects.type === 'absent') return 'remove'
  return now === undefined || now.type === 'absent' ? 'create' : 'update'
}

const notSpelled = (want: Want): Diagnostic => ({
  severity: 'error',
  code: 'missing-object',
  summary: `${want.key} is not there, and what is declared cannot make it`,
  detail: 'Only attributes are declared, and they need something that has them.',
  hint: 'Declare its content as well, or what makes it before.',
  key: want.key,
  ...sourceField(want.steps[0]?.source),
})

const onlyLink = (want: Want): Diagnostic => ({
  severity: 'error',
  code: 'would-be-refused',
  summary: `${want.key} is a link, and what is declared is for no link`,
  hint: 'A link has no mode of its own: declare the file that it leads to.',
  key: want.key,
  ...sourceField(want.steps[0]?.source),
})

const objections = (want: Want, steps: readonly Step[], now: Aspects | undefined): readonly Diagnostic[] =>
  steps.flatMap((step) => {
    const said = now === undefined ? undefined : want.kind.objection?.(step, now)
    return said === undefined
      ? []
      : [{ severity: 'error', code: 'would-be-refused', ...said, key: want.key, ...sourceField(step.source) }]
  })

/** What gives access, and needs nothing that the plan makes. */
const mayBeEarly = (input: PlanInput, want: Want, state: VirtualState): boolean =>
  isAccess(want.key) &&
  !state.isClaimed(want.key) &&
  want.aspects.type !== 'absent' &&
  want.steps.every((s) => want.kind.needs(s).every((n) => input.observed.get(n)?.type !== 'absent'))

/** What gives access runs before anything that could disturb it: it finds what was observed. */
const seenOf = (input: PlanInput, key: Key, state: VirtualState, early: boolean): Seen => {
  const observed = input.observed.get(key)
  if (early && observed !== undefined) return { is: 'known', aspects: observed }
  return state.at(key) ?? { is: 'unknown', because: key }
}

const otherType = (want: Want, before: Aspects | undefined): boolean =>
  comesBackWhole.has(want.kind.name) &&
  before?.type !== undefined &&
  before.type !== 'absent' &&
  want.aspects.type !== undefined &&
  want.aspects.type !== before.type

/** Members of a group, less the accounts that this plan takes away: these bring their groups back themselves. */
const staying = (members: string, state: VirtualState): string =>
  members
    .split(',')
    .filter((name) => {
      const seen = state.at(`user:${name}`)
      return !(seen?.is === 'known' && seen.aspects.type === 'absent')
    })
    .join(',')

/**
 * What each owned aspect was before Hexis. Where something of another type was replaced, all of it: a link comes back
 * only with its target, a directory only with its mode and owner, an account only with its numbers and groups.
 */
const originOf = (
  want: Want,
  entry: LedgerEntry | undefined,
  now: Aspects | undefined,
  first: readonly string[],
  state: VirtualState,
): Aspects => {
  const { nlink: _n, entries: _e, ...observed } = now ?? {}
  const whole = observed.members === undefined ? observed : { ...observed, members: staying(observed.members, state) }
  const held = entry?.origin ?? {}
  const isStillFirst = first.includes('type') || held.type === now?.type
  const found = otherType(want, now) && isStillFirst ? whole : pick(now ?? {}, first)
  // More than was ever owned: it was replaced by another type once, and comes back as a whole.
  const isWhole = Object.keys(held).some((name) => name !== 'inode' && entry?.last[name] === undefined)
  return {
    ...found,
    ...(now?.type === 'absent' && entry === undefined ? { type: 'absent' } : {}),
    ...(otherType(want, held) || isWhole ? held : pick(held, [...Object.keys(want.aspects), 'inode', 'type'])),
  }
}

/** Walks the desired keys in list order over the virtual state. */
export const desired = (input: PlanInput, wants: readonly Want[], state: VirtualState): DesiredResult => {
  const drafts: Draft[] = []
  const settled: LedgerEntry[] = []
  const adopted: Key[] = []
  const diagnostics: Diagnostic[] = []
  for (const declared of wants) {
    const early = mayBeEarly(input, declared, state)
    const seen: Seen = seenOf(input, declared.key, state, early)
    const now = seen.is === 'known' ? seen.aspects : undefined
    const { want, entry } = addedTo(declared, input.ledger.entries.get(declared.key), now)
    const back = now === undefined ? {} : givenBack(want, entry, now)
    const to = { ...want.aspects, ...back }
    const names = now === undefined ? Object.keys(want.aspects) : differing(want.kind, to, now)
    const first = Object.keys(want.aspects).filter((name) => entry?.last[name] === undefined)
    const origin = originOf(want, entry, now, first, state)
    // An absence that holds stays so unless an earlier step brings the object: the next cycle sees that.
    const stillAbsent = to.type === 'absent' && entry !== undefined && input.observed.get(want.key)?.type === 'absent'
    if ((now !== undefined && names.length === 0) || stillAbsent) {
      settled.push(entryOf(input, want, entry, want.aspects, origin))
      if (entry === undefined) adopted.push(want.key)
      state.set(want.key, now ?? { type: 'absent' })
      continue
    }
    diagnostics.push(...want.steps.flatMap((step) => needsNotMet(want.kind, step, state)))
    // What an earlier step may bring is taken away whether or not it came; anything else is made as if nothing was there.
    const from: Aspects = now ?? (to.type === 'absent' ? {} : { type: 'absent' })
    const steps = stepsTo(want, from, to, entry?.origin)
    if (steps.length === 0) {
      const said = objections(want, want.steps, now)
      diagnostics.push(...(said.length > 0 ? said : [now?.type === 'link' ? onlyLink(want) : notSpelled(want)]))
      continue
    }
    diagnostics.push(...objections(want, steps, now))
    const why = reasonOf(want, entry, names, now ?? {})
    const audit = input.audit === true || input.meta.get(want.key)?.audit === true
    const keep = why.conflict && input.onConflict === 'keep'
    if (why.conflict && input.onConflict === 'abort')
      diagnostics.push({
        severity: 'error',
        code: 'conflict',
        summary: `${want.key} was changed by hand since Hexis last set it`,
        hint: 'Choose --on-conflict keep or replace.',
        key: want.key,
        ...sourceField(want.steps[0]?.source),
      })
    const change: Change = {
      key: want.key,
      action: actionOf(want, now),
      ...why,
      before: seen,
      after: to,
      steps: keep ? [] : steps,
      ...strengthOf(want, now ?? {}),
      actions: want.actions,
      audit,
      ...sourceField(want.steps[0]?.source),
      ...(keep ? { note: 'changed by hand since; left as it is' } : {}),
    }
    const skip = audit || keep
    drafts.push({
      change,
      key: want.key,
      execute: skip ? [] : steps,
      expected: now === undefined ? undefined : precondition(now, { ...entry?.last, ...to }),
      early,
      actions: skip ? [] : want.actions,
      order: want.order + 1,
      ...(skip
        ? entry === undefined
          ? {}
          : { entry: { ...entry, first: [] } }
        : { entry: { ...entryOf(input, want, entry, want.aspects, origin), first: now === undefined ? first : [] } }),
    })
    if (skip) continue
    state.set(want.key, after(now ?? {}, to))
    for (const key of want.kind.frees?.(want.key, to) ?? []) state.set(key, { type: 'absent' })
    if (want.kind.disturbs) state.disturb(want.key, want.order)
  }
  return { drafts, settled, adopted, diagnostics }
}
