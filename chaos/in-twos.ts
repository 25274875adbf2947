/** As `Promise.all` over a map, two at a time. */
export const inTwos = async <T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> => {
  const out: R[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      const item = items[index]
      if (item !== undefined) out[index] = await work(item, index)
    }
  }
  await Promise.all([worker(), worker()])
  return out
}
