import type { Aspects, Key } from '../steps/step.ts'

/** What a site owns on a host, one entry per key. `origin` and `last` hold the same aspect names: those ever owned. */
export interface LedgerEntry {
  readonly key: Key
  /** Before Hexis first touched each aspect. May also hold `inode=KEEPID`: the earlier inode kept in `blobs/`. */
  readonly origin: Aspects
  /** What Hexis last brought each aspect to. */
  readonly last: Aspects
  /** Position in the order of making; removals go in the reverse order. */
  readonly order: number
  readonly generation: number
  /** Canonical text of the declaring step. */
  readonly step: string
  readonly source?: string
  readonly onRemoval: 'undo' | 'keep'
  /** Declared as an absence or a "not": released when no longer declared. */
  readonly negative: boolean
}

export interface Ledger {
  readonly site: string
  /** The committed generation that `last` belongs to; 0 before the first. */
  readonly generation: number
  readonly entries: ReadonlyMap<Key, LedgerEntry>
}

/** One committed list. The steps themselves lie in `generations/N.steps`. */
export interface Generation {
  readonly number: number
  readonly site: string
  readonly commit: string
  readonly dirty: boolean
  readonly document: string
  readonly list: string
  readonly who: string
  readonly via: 'push' | 'agent'
  /** Seconds since the epoch, by the host's clock. */
  readonly at: number
  readonly partial: boolean
}
