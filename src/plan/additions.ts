import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects, StateKind } from '../states/kind.ts'
import { argsOf, parseStep } from '../steps/parse.ts'
import type { Args, Step } from '../steps/step.ts'
import type { Want } from './wants.ts'

/** Members of a set as aspects hold them: sorted, parted by commas. */
const members = (text: string | undefined): readonly string[] => (text ?? '').split(',').filter((name) => name !== '')
const setOf = (names: readonly string[]): string => [...new Set(names)].toSorted().join(',')
const without = (names: readonly string[], others: readonly string[]): readonly string[] =>
  names.filter((name) => !others.includes(name))

/** The aspect that a step only adds to. */
const setAddedTo = (kind: StateKind, step: Step | undefined): string | undefined =>
  step !== undefined && kind.addsTo !== undefined && argsOf(step)[kind.addsTo.when] === 'yes'
    ? kind.addsTo.aspect
    : undefined

/** What of a set is there because it was added. Where the object itself was made, nothing was there before. */
const addedBy = (entry: LedgerEntry, name: string): readonly string[] => {
  if (entry.origin[name] !== undefined) return without(members(entry.last[name]), members(entry.origin[name]))
  const step = parseStep(entry.step).step
  return step === undefined ? [] : members(argsOf(step)[name])
}

/**
 * An entry in the light of what is there now: who came to a set, or left it, by others' hands belongs to the origin, so
 * that taking back takes away nothing but what was added.
 */
const rebased = (entry: LedgerEntry, name: string, held: readonly string[]): LedgerEntry => {
  const origin = entry.origin[name]
  const taken = without(members(origin), members(entry.last[name]))
  const before = origin === undefined ? {} : { [name]: setOf([...without(held, addedBy(entry, name)), ...taken]) }
  return { ...entry, origin: { ...entry.origin, ...before }, last: { ...entry.last, [name]: setOf(held) } }
}

export interface Added {
  readonly want: Want
  readonly entry: LedgerEntry | undefined
}

/** What is wanted of a set that is only added to: all that is there, less what was added and is no longer wanted. */
export const addedTo = (want: Want, entry: LedgerEntry | undefined, now: Aspects | undefined): Added => {
  const name = want.steps.map((step) => setAddedTo(want.kind, step)).find((aspect) => aspect !== undefined)
  if (name === undefined || now?.[name] === undefined || want.aspects[name] === undefined) return { want, entry }
  const wanted = members(want.aspects[name])
  const isHeld = entry?.last[name] !== undefined
  const added = isHeld ? addedBy(entry, name) : []
  const held = [...members(now[name]), ...added]
  const whole = setOf([...without(held, without(added, wanted)), ...wanted])
  return {
    want: { ...want, aspects: { ...want.aspects, [name]: whole } },
    entry: isHeld ? rebased(entry, name, held) : entry,
  }
}

/** An entry that is no longer wanted: of a set that it only added to, only that goes. */
export const removalOf = (kind: StateKind, entry: LedgerEntry, now: Aspects): LedgerEntry => {
  const name = setAddedTo(kind, parseStep(entry.step).step)
  const isHeld = name !== undefined && entry.last[name] !== undefined && now[name] !== undefined
  return isHeld ? rebased(entry, name, members(now[name])) : entry
}

/** Arguments of a declaring step on what is known: a set is told as a whole. */
export const toldWhole = (kind: StateKind, args: Args, from: Aspects): Args => {
  if (kind.addsTo === undefined || from[kind.addsTo.aspect] === undefined) return args
  const { [kind.addsTo.when]: _adds, ...others } = args
  return others
}
