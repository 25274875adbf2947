/** A misspelling differs in at most a third of its letters, and in at least one edit. */
const shareOfLetters = 3

/** Edits (insert, delete, replace, swap of neighbours) between two words; optimal string alignment. */
const distance = (a: string, b: string): number => {
  let before: readonly number[] = []
  let above: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      let best = Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        best = Math.min(best, (before[column - 2] ?? best) + 1)
      current.push(best)
    }
    before = above
    above = current
  }
  return above[b.length] ?? 0
}

/** The candidate that was most likely meant by `name`, if any is near enough. */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined => {
  const wanted = name.toLowerCase()
  const allowed = Math.max(1, Math.floor(name.length / shareOfLetters))
  let best: { readonly name: string; readonly edits: number } | undefined
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > allowed) continue
    const edits = distance(wanted, candidate.toLowerCase())
    if (edits <= allowed && (best === undefined || edits < best.edits)) best = { name: candidate, edits }
  }
  return best?.name
}

/** `Did you mean 'x'?`, else the candidates where they are few; undefined when there is nothing to say. */
export const nearestHint = (name: string, candidates: Iterable<string>): string | undefined => {
  const all = [...candidates]
  const near = nearest(name, all)
  if (near !== undefined) return `Did you mean '${near}'?`
  return all.length === 0 || all.length > 12 ? undefined : `Known: ${all.join(', ')}.`
}
