import type { Source } from '../diagnostics/diagnostic.ts'

/** JSON with holes: a `Text` that holds secrets, facts or probe output appears as `{ $text: [...] }` (see src/text). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** One declared thing. `type` is the resource's name (`file`), `id` its identity (`/etc/motd`). */
export interface Resource {
  readonly type: string
  readonly id: string
  readonly props: { readonly [name: string]: Json }
  /** The innermost frame outside Hexis that declared it. */
  readonly source: Source
  /** Frames between `source` and `configure`, innermost first, where they differ from `source`. */
  readonly via?: readonly Source[]
  /** `type:id` of resources that must come first, beyond the implied edges. */
  readonly after?: readonly string[]
  readonly onChange?: readonly DocumentAction[]
  readonly restartOn?: readonly string[]
  readonly onRemoval?: 'undo' | 'keep'
  readonly mode?: 'enforce' | 'audit'
}

export interface DocumentAction {
  readonly action: 'reload' | 'restart' | 'run'
  /** A service name as written (the profile decides the unit), or a command line for `run`. */
  readonly target: string
}

/** Everything declared for one host, with no word of any distribution in it. */
export interface HostDocument {
  readonly format: 'document/1'
  readonly site: string
  readonly host: string
  readonly resources: readonly Resource[]
}
