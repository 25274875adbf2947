import { isPartKey } from '../steps/part.ts'
import type { Draft } from './draft.ts'
import type { PlanInput } from './input.ts'

const placeOf = (draft: Draft): number => draft.order ?? 0

/** An edit that waits, and for nothing that stands behind it itself. */
const isAwaited = (draft: Draft, walked: readonly Draft[]): boolean => {
  const { key, change, execute } = draft
  if (!isPartKey(key) || change.before.is !== 'unknown' || change.audit || execute.length > 0) return false
  const { because } = change.before
  return !walked.some((one) => one.key === because && placeOf(one) > placeOf(draft))
}

const nextCycle = (input: PlanInput, draft: Draft, behind: string): Draft => {
  const { entry: _planned, ...rest } = draft
  const held = input.ledger.entries.get(draft.key)
  return {
    ...rest,
    change: { ...draft.change, later: true, note: `waits until ${behind} is edited, once that file is there` },
    execute: [],
    expected: undefined,
    actions: [],
    ...(held === undefined ? {} : { entry: { ...held, first: [] } }),
  }
}

/**
 * Where an edit waits for the next cycle, since its file may come with something of this one, what is started or run
 * behind it in the list waits too: it could read that file. Behind a command that waits, everything does.
 */
export const behindAwaited = (
  input: PlanInput,
  walked: readonly Draft[],
  edits: readonly Draft[],
): readonly Draft[] => {
  const first = edits.filter((draft) => isAwaited(draft, walked)).toSorted((a, b) => placeOf(a) - placeOf(b))[0]
  if (first === undefined) return walked
  const path = first.key.slice('path:'.length, first.key.indexOf('#'))
  let all = false
  return walked.map((draft) => {
    if (draft.early || draft.execute.length === 0 || placeOf(draft) < placeOf(first)) return draft
    const isRun = draft.key.startsWith('exec:')
    if (!all && !isRun && !/^(unit|wait):/.test(draft.key)) return draft
    all ||= isRun
    return nextCycle(input, draft, path)
  })
}
