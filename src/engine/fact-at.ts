import type { Json } from '../document/document.ts'
import type { Facts } from '../host/session.ts'

/** `os.id` of nested facts. */
export const factAt = (facts: Facts, path: string): Json | undefined => {
  let at: Json | undefined = facts
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined
    at = (at as { readonly [name: string]: Json })[name]
  }
  return at
}
