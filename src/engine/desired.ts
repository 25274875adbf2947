import type { Blob } from '../blobs/blob.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ProbeCommand } from '../host/session.ts'
import type { Key, Step } from '../steps/step.ts'
import type { Part } from '../text/text.ts'

/** What a host shall be, whatever said so: the config, a stored list, or nothing at all. */
export interface Desired {
  readonly steps: readonly Step[]
  readonly probes: readonly ProbeCommand[]
  /** Texts with holes by the name that steps give them: `sealed:D`, `held:D`. */
  readonly texts: ReadonlyMap<string, readonly Part[]>
  readonly blobs: ReadonlyMap<string, Blob>
  /** Contents that are only got where a host lacks them, by their names. */
  readonly later?: ReadonlyMap<string, () => Promise<Blob>>
  /** Per key, what a resource says beside its state. */
  readonly meta: ReadonlyMap<Key, { readonly onRemoval?: 'undo' | 'keep'; readonly audit?: boolean }>
  readonly commit: string
  readonly dirty: boolean
  /** Digest of the host document, empty where there is none. */
  readonly document: string
  readonly os: string
  /** From a stored list: keys that it lacks go back to before Hexis, absences too. */
  readonly rollback?: boolean
  readonly diagnostics: readonly Diagnostic[]
}
