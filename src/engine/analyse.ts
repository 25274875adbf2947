import type { Blob } from '../blobs/blob.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Hello, HostSession, Observation } from '../host/session.ts'
import type { Change, HostPlan } from '../plan/plan.ts'
import type { Kinds } from '../states/registry.ts'
import { formatList, listDigest } from '../steps/list.ts'
import type { Key, Step } from '../steps/step.ts'
import type { Desired } from './desired.ts'
import { actStates } from './guards.ts'
import { observeRequest } from './observe.ts'
import { type FilledText, sealSteps } from './sealed.ts'
import type { OnConflict } from './types.ts'

/** One host analysed, with everything that carrying it out needs. */
export interface Analysed {
  readonly host: string
  readonly hello: Hello
  readonly plan: HostPlan
  readonly list: string
  readonly listSteps: readonly Step[]
  readonly desired: Desired
  /** Blob name → content that the ops need and the host lacks. */
  readonly blobs: readonly Blob[]
  readonly diagnostics: readonly Diagnostic[]
}
