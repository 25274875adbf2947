import type { Step } from '../steps/step.ts'

/** Steps of one list that the other lacks, by canonical text, each in its own list's order; linear. */
export const diffLists = (
  from: readonly Step[],
  to: readonly Step[],
): { readonly added: readonly Step[]; readonly removed: readonly Step[] } => {
  const before = new Set(from.map((s) => s.text))
  const now = new Set(to.map((s) => s.text))
  return { added: to.filter((s) => !before.has(s.text)), removed: from.filter((s) => !now.has(s.text)) }
}
