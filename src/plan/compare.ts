import type { Aspects, StateKind } from '../states/kind.ts'
import { pick } from '../steps/parse.ts'

/** Aspects that take part in comparisons; `inode` only names where the earlier file is kept. */
export const comparable = (aspects: Aspects): readonly string[] =>
  Object.keys(aspects).filter((name) => name !== 'inode')

export const sameAspect = (kind: StateKind, name: string, a: string | undefined, b: string | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && kind.same?.(name, a, b) === true)

/** Names of the aspects of `wanted` that `now` does not have. */
export const differing = (kind: StateKind, wanted: Aspects, now: Aspects): readonly string[] => {
  const unsaid = now.type === 'absent' ? kind.absentIs : undefined
  return comparable(wanted).filter((name) => !sameAspect(kind, name, wanted[name], now[name] ?? unsaid?.[name]))
}

/**
 * What must still hold on the host just before a step: the aspects that it changes or that the ledger knows, and what
 * would be lost. Others may change meanwhile without harm.
 */
export const precondition = (now: Aspects, touched: Aspects): Aspects =>
  pick(
    now,
    Object.keys(now).filter((n) => touched[n] !== undefined || n === 'type' || n === 'content' || n === 'target'),
  )
