import type { StateKind } from './kind.ts'

/** The kinds and the verbs that spell them; built once beside the faces and passed down. */
export interface Kinds {
  readonly byName: ReadonlyMap<string, StateKind>
  readonly byVerb: ReadonlyMap<string, StateKind>
}

export const kindsOf = (kinds: readonly StateKind[]): Kinds => ({
  byName: new Map(kinds.map((k) => [k.name, k])),
  byVerb: new Map(kinds.flatMap((k) => k.verbs.map((v) => [v, k] as const))),
})
