import type { Blob } from '../blobs/blob.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Foreseen, Hello } from '../host/session.ts'
import type { HostPlan } from '../plan/plan.ts'
import type { Step } from '../steps/step.ts'
import type { Desired } from './desired.ts'

/** One host analysed, with everything that carrying it out needs. */
export interface Analysed {
  readonly host: string
  readonly hello: Hello
  readonly plan: HostPlan
  /** The desired list as text with header; what a generation stores. */
  readonly list: string
  /** The same before secret texts got their names on this host; what a saved plan stores. */
  readonly unsealedList: string
  readonly listSteps: readonly Step[]
  readonly desired: Desired
  /** What the host lacks: contents that the ops need, and those of the list that are adopted. */
  readonly blobs: readonly Blob[]
  /** Contents that the list names and nobody has any more: neither the host nor this config. */
  readonly gone: ReadonlySet<string>
  /** What its packages bring along; undefined where no package changes, or nobody asked. */
  readonly packages?: Foreseen
  readonly diagnostics: readonly Diagnostic[]
}
