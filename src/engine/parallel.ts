/** `work` over all items, at most `limit` at once; results in the order of the items. */
export const inParallel = async <T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const out: R[] = new Array(items.length)
  let next = 0
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at]
      if (item !== undefined) out[at] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, lane))
  return out
}

/** `5` → 5; `25%` of 10 → 3 (rounded up); undefined → all in one wave. */
export const waves = <T>(items: readonly T[], batch: string | undefined): readonly (readonly T[])[] => {
  if (batch === undefined || items.length === 0) return items.length === 0 ? [] : [items]
  const size = batch.endsWith('%')
    ? Math.ceil((items.length * Number.parseFloat(batch)) / 100)
    : Number.parseInt(batch, 10)
  const step = Math.max(1, Number.isFinite(size) ? size : items.length)
  return Array.from({ length: Math.ceil(items.length / step) }, (_, i) => items.slice(i * step, (i + 1) * step))
}
