/** A parsed selector. */
export type Selector =
  | { readonly is: 'name'; readonly pattern: string; readonly at: number }
  | { readonly is: 'group'; readonly name: string; readonly at: number }
  | { readonly is: 'match'; readonly field: string; readonly values: readonly string[]; readonly at: number }
  | { readonly is: 'not'; readonly of: Selector }
  | { readonly is: 'and' | 'or'; readonly of: readonly Selector[] }
