/**
 * Text with holes: secret, fact and probe output are one type with three resolvers. A `Held` never prints: turning it
 * into a string throws with a hint to use the `text` tag. In documents it is `{ $text: [part, …] }`.
 */
export const heldTag: unique symbol = Symbol.for('hexis.held')

export type SecretSource =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly age: string }
  | { readonly command: readonly string[] }

export type Hole =
  | { readonly secret: SecretSource }
  | { readonly probe: string }
  | { readonly fact: string }
  /** What is made of another text once that is known: only lowering writes it, people do not. */
  | { readonly derived: string; readonly salt: string; readonly of: readonly Part[] }

export type Part = string | Hole

export interface Held {
  readonly [heldTag]: readonly Part[]
}

/** What people may write where text is expected. */
export type Text = string | Held
