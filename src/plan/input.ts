import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Edit } from '../states/edits/index.ts'
import type { Aspects, Capability } from '../states/kind.ts'
import type { Kinds } from '../states/registry.ts'
import type { Key, Step } from '../steps/step.ts'
import type { HostPlan } from './plan.ts'

export type OnConflict = 'keep' | 'replace' | 'abort'

/** Everything that planning one host depends on. Planning is a pure function of it. */
export interface PlanInput {
  readonly site: string
  readonly kinds: Kinds
  readonly edits: ReadonlyMap<string, Edit>
  /** Desired steps in execution order. */
  readonly list: readonly Step[]
  readonly meta: ReadonlyMap<Key, { readonly onRemoval?: 'undo' | 'keep'; readonly audit?: boolean }>
  readonly ledger: Ledger
  readonly observed: ReadonlyMap<Key, Aspects>
  /** Text of each file that edits work on, by path; undefined where there is no such file. */
  readonly files: ReadonlyMap<string, string | undefined>
  /** The number that a new generation would get. */
  readonly newGeneration: number
  readonly listDigestChanged: boolean
  /** Earlier files (`inode=` of an origin) that the host keeps no more. */
  readonly gone?: ReadonlySet<string>
  /** Keys that other sites hold on this host. */
  readonly foreign: ReadonlyMap<Key, string>
  readonly capabilities: ReadonlySet<Capability>
  readonly onConflict?: OnConflict
  readonly audit?: boolean
  /** The list is an older one of this host: what was absent on purpose comes back too, as before Hexis. */
  readonly rollback?: boolean
}

export interface PlanResult {
  readonly plan: HostPlan
  readonly diagnostics: readonly Diagnostic[]
  /** Contents that planning made (edited files), by SHA-256. */
  readonly newBlobs: ReadonlyMap<string, Uint8Array>
  /** Files that edits change, for diffs. */
  readonly edited: ReadonlyMap<string, { readonly before: string | undefined; readonly after: string | undefined }>
}
