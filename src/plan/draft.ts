import type { LedgerEntry } from '../ledger/ledger.ts'
import type { Aspects } from '../states/kind.ts'
import type { Action, Key, Step } from '../steps/step.ts'
import type { Change } from './plan.ts'

/** `ifThere`: asked for by a removal, so the unit may have gone with it. */
export type DueAction = Action & { readonly ifThere?: boolean }

/** A change with what ordering and the ledger need of it; becomes ops and a `Change`. */
export interface Draft {
  readonly change: Change
  readonly key: Key
  /** What the host is told, in order; empty for released, audited and kept ones. */
  readonly execute: readonly Step[]
  readonly expected: Aspects | undefined
  /** May run before removals: it gives access and needs nothing that the plan makes. */
  readonly early: boolean
  readonly actions: readonly DueAction[]
  /** Of a wait: the keys that it waits for; actions that they trigger come before it. */
  readonly waitsOn?: readonly Key[]
  /** Place in the list, of what is wanted. */
  readonly order?: number
  /** The entry to record once it is done; undefined: the key is dropped. */
  readonly entry?: Omit<LedgerEntry, 'origin'> & {
    /** `first` aspects are new to the ledger: their origin is what is found on the host just before. */
    readonly origin: Aspects
    readonly first: readonly string[]
  }
}
