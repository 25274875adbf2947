import type { Step } from '../steps/step.ts'

/** How far one list may be ahead of the other before the rest is compared as sets. */
const lookAhead = 16

/** How many steps of `list` from `at` on come before this text; 0 where it is not near. */
const ahead = (list: readonly Step[], at: number, text: string | undefined): number => {
  if (text === undefined) return 0
  for (let by = 1; by <= lookAhead; by++) if (list[at + by]?.text === text) return by
  return 0
}

/** Walks both lists at once; most lines are in both, in the same order, and are only compared. */
const unmatched = (
  from: readonly Step[],
  to: readonly Step[],
): { readonly gone: readonly Step[]; readonly come: readonly Step[]; readonly matched: readonly Step[] } => {
  const gone: Step[] = []
  const come: Step[] = []
  const matched: Step[] = []
  let [i, j] = [0, 0]
  while (i < from.length || j < to.length) {
    const [a, b] = [from[i], to[j]]
    if (a !== undefined && a.text === b?.text) {
      matched.push(a)
      i++
      j++
      continue
    }
    const skipped = ahead(from, i, b?.text)
    const inserted = skipped > 0 ? 0 : ahead(to, j, a?.text)
    const [left, right] = skipped > 0 ? [skipped, 0] : inserted > 0 ? [0, inserted] : [1, 1]
    gone.push(...from.slice(i, i + left))
    come.push(...to.slice(j, j + right))
    i += left
    j += right
  }
  return { gone, come, matched }
}

/** Steps of one list that the other lacks, by canonical text, each in its own list's order; linear. */
export const diffLists = (
  from: readonly Step[],
  to: readonly Step[],
): { readonly added: readonly Step[]; readonly removed: readonly Step[] } => {
  const { gone, come, matched } = unmatched(from, to)
  const [before, now] = [new Set(gone.map((s) => s.text)), new Set(come.map((s) => s.text))]
  // A text that stands twice in a list may have been matched once.
  const twice = new Set<string>()
  if (before.size + now.size > 0) for (const { text } of matched) if (before.has(text) || now.has(text)) twice.add(text)
  return {
    added: come.filter(({ text }) => !before.has(text) && !twice.has(text)),
    removed: gone.filter(({ text }) => !now.has(text) && !twice.has(text)),
  }
}
