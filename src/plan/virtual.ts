import type { Aspects, Seen } from '../states/kind.ts'
import type { Key } from '../steps/step.ts'

const unknownable: ReadonlySet<string> = new Set(['path', 'user', 'group', 'unit', 'alternative', 'postgres', 'mysql'])

/** A unit file, one that a generator reads, or the script of a service: with it comes a unit that was not there. */
const unitFile = /^path:(?:.*\/systemd\/system|\/etc\/init\.d|.*\/containers\/systemd)\/[^/]+$/

/**
 * What the host will look like while the plan is carried out. A change that disturbs (a package, a command) turns what
 * was absent and is not claimed by the plan itself into unknown: it may be there afterwards.
 */
export class VirtualState {
  readonly #known: Map<Key, Aspects>
  readonly #claimed = new Set<Key>()
  readonly #disturbances: { readonly by: Key; readonly order: number }[] = []
  #unitFileBy: Key | undefined

  constructor(observed: ReadonlyMap<Key, Aspects>) {
    this.#known = new Map(observed)
  }

  /** Undefined: nobody asked the host. `before`: at that place of the list, where more was walked already. */
  at(key: Key, before = Number.POSITIVE_INFINITY): Seen | undefined {
    const aspects = this.#known.get(key)
    if (aspects === undefined) return undefined
    const kind = key.slice(0, key.indexOf(':'))
    // What it lies in, such as a server, is not there yet or does not run.
    if (aspects.type === '?' && !this.#claimed.has(key))
      return { is: 'unknown', because: this.#disturbedBy(before) ?? key }
    if (this.#claimed.has(key) || aspects.type !== 'absent' || !unknownable.has(kind)) return { is: 'known', aspects }
    const because = this.#disturbedBy(before) ?? (kind === 'unit' ? this.#unitFileBy : undefined)
    if (because !== undefined) return { is: 'unknown', because }
    return { is: 'known', aspects }
  }

  set(key: Key, aspects: Aspects): void {
    this.#claimed.add(key)
    if (unitFile.test(key)) this.#unitFileBy = key
    this.#known.set(key, aspects)
  }

  /** True where the plan has changed it, or claims that it stays. */
  isClaimed(key: Key): boolean {
    return this.#claimed.has(key)
  }

  disturb(by: Key, order: number): void {
    this.#disturbances.push({ by, order })
  }

  #disturbedBy(before: number): Key | undefined {
    return this.#disturbances.findLast(({ order }) => order < before)?.by
  }
}

/** The state after `to` was brought about on `from`: a change of type leaves nothing of the earlier aspects. */
export const after = (from: Aspects, to: Aspects): Aspects => {
  const { inode: _kept, ...wanted } = to
  return wanted.type !== undefined && wanted.type !== from.type ? wanted : { ...from, ...wanted }
}
