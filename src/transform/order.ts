/** What to put in order: the numbers of the members that must come before each, by its number. */
export type Before = readonly ReadonlySet<number>[]

export type Ordered =
  | { readonly order: readonly number[]; readonly circle?: undefined }
  /** The members of a circle, each needed by the one before it. */
  | { readonly circle: readonly number[]; readonly order?: undefined }

interface Visit {
  readonly node: number
  readonly rest: Iterator<number>
}

/**
 * The written order, corrected: each member comes where it was written, after what it needs, which is pulled forward to
 * just before it. Without needs that point backward nothing moves. Iterative, since a chain may be thousands long.
 */
export const inOrder = (before: Before): Ordered => {
  const order: number[] = []
  const state: ('new' | 'open' | 'done')[] = before.map(() => 'new')
  const open: Visit[] = []
  const enter = (node: number): void => {
    state[node] = 'open'
    const needs = [...(before[node] ?? [])].sort((a, b) => a - b)
    open.push({ node, rest: needs.values() })
  }
  for (let start = 0; start < before.length; start++) {
    if (state[start] === 'new') enter(start)
    for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
      const next = visit.rest.next()
      if (next.done === true) {
        state[visit.node] = 'done'
        order.push(visit.node)
        open.pop()
      } else if (state[next.value] === 'open') {
        const from = open.findIndex((one) => one.node === next.value)
        return { circle: open.slice(from).map((one) => one.node) }
      } else if (state[next.value] === 'new') enter(next.value)
    }
  }
  return { order }
}
