import type { Facts } from '../host/session.ts'
import type { Json } from '../document/document.ts'

/** `file:`, `directory:` and `link:` are accepted for `path:`; other spellings are kept. */
export const canonicalKey = (subject: string): string => subject.replace(/^(file|directory|link):/, 'path:').replace(/^service:([^.]+)$/, 'unit:$1.service')

/** `os.id` of nested facts. */
export const factAt = (facts: Facts, path: string): Json | undefined => {
  let at: Json | undefined = facts
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined
    at = (at as { readonly [name: string]: Json })[name]
  }
  return at
}
