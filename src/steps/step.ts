/** `kind:identity`, identity decoded (a real path, a real name): `path:/etc/motd`; a part: `path:/etc/hosts#line:db`. */
export type Key = string

/** Named arguments of a step, decoded. Canonical order is alphabetical by name. */
export type Args = Readonly<Record<string, string>>

/**
 * Aspects of one object, by name: `{ type: 'file', content: SHA256, mode: '0644', owner: 'root', group: 'root' }`.
 * An object that is not there is `{ type: 'absent' }` and has no other aspect.
 */
export type Aspects = Args

/** What runs only if its step changed something: `&& RELOAD nginx.service`. */
export interface Action {
  readonly verb: 'RELOAD' | 'RESTART' | 'RUN'
  readonly target: string
}

/**
 * One parsed step. Identity is `text`: two steps are equal when their texts are equal. `text` is canonical and holds
 * no source comment; arguments are decoded on demand by `argsOf`.
 */
export interface Step {
  readonly text: string
  readonly verb: string
  /** Decoded target. */
  readonly target: string
  readonly source?: string
}
