/** Edits (insert, delete, replace, swap of neighbours) from one word to another. */
const distance = (a: string, b: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? (beforeLast[j - 2] ?? 0) + 1 : replace
      row[j] = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replace, swap)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/** The known word that was most likely meant, if any is near enough. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const limit = Math.max(1, Math.floor(word.length / 3) + 1)
  const [best] = known
    .map((name) => ({ name, edits: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits)
  return best?.name
}
