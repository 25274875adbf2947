import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects } from '../states/kind.ts'
import { argsOf, makeStep, pick } from '../steps/parse.ts'
import type { Step } from '../steps/step.ts'
import { spelled } from './spelled.ts'
import { after } from './virtual.ts'
import type { Want } from './wants.ts'

/** Kinds whose objects come back from what was observed of them alone. */
export const comesBackWhole: ReadonlySet<string> = new Set(['path', 'user', 'group', 'postgres', 'mysql'])

/** Something else took its place for a while: what is declared of it now stands on all that it was before Hexis. */
const madeAgain = (want: Want, entry: LedgerEntry): Aspects => {
  const { type } = want.aspects
  if (!comesBackWhole.has(want.kind.name) || (type !== undefined && entry.origin.type !== type)) return {}
  return Object.fromEntries(Object.entries(entry.origin).filter(([name]) => want.aspects[name] === undefined))
}

/**
 * Aspects that were owned and are no longer declared go back to their origin while the key stays, or, of what Hexis
 * made, to what they would be had they never been declared.
 */
export const givenBack = (want: Want, entry: LedgerEntry | undefined, now: Aspects): Aspects => {
  if (entry === undefined || want.aspects.type === 'absent') return {}
  // Only attributes are wanted of what was absent on purpose.
  if (want.aspects.type === undefined && entry.last.type === 'absent' && now.type === 'absent')
    return entry.origin.type === 'absent' ? {} : madeAgain(want, entry)
  if (want.aspects.type !== undefined && entry.last.type !== undefined && want.aspects.type !== entry.last.type)
    return madeAgain(want, entry)
  const dropped = Object.keys(entry.last).filter(
    (name) => want.aspects[name] === undefined && name !== 'type' && name !== 'inode',
  )
  const untouched = dropped.filter((name) => now[name] === entry.last[name])
  // What it was before as something else says nothing of what it is now.
  const type = want.aspects.type ?? now.type
  if (entry.origin.type !== undefined && entry.origin.type !== type)
    return pick(want.kind.made?.(want.aspects) ?? {}, untouched)
  const known = untouched.filter((name) => entry.origin[name] !== undefined)
  return { ...pick(entry.origin, known), ...(known.includes('content') ? pick(entry.origin, ['inode']) : {}) }
}

/** A kept file is one more name of it, for as long as the transaction lasts. */
const onKeptFile = (step: Step): Step =>
  step.verb === 'COPY' ? makeStep({ ...step, args: { ...argsOf(step), hardlinks: 'allow' } }) : step

/**
 * The steps that bring about what is wanted. New content for a file that is kept under its inode comes in two: the file
 * as it was, with everything that belongs to it, then its content.
 */
export const stepsTo = (want: Want, from: Aspects, to: Aspects, origin: Aspects | undefined): readonly Step[] => {
  const { inode, ...others } = to
  if (origin === undefined || inode === undefined || to.type !== 'file' || to.content === origin.content)
    return spelled(want.kind, want.key, from, to, want.steps)
  return [
    ...spelled(want.kind, want.key, from, origin, want.steps),
    ...spelled(want.kind, want.key, after(from, origin), others, want.steps).map(onKeptFile),
  ]
}
