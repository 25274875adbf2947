import type { Key } from './step.ts'

/** Where the name of a part begins. A `#` alone is a character of file names like any other. */
const beginning = /#(?:line|block|ini|env|json|toml|yaml):/

/** Does this key own a part of a file (`path:/etc/hosts#line:db`), not the whole of it? */
export const isPartKey = (key: Key): boolean => key.startsWith('path:') && beginning.test(key)

/** `path:/etc/hosts#line:db` → `path:/etc/hosts`; any other key is its own whole. */
export const wholeOf = (key: Key): Key => (isPartKey(key) ? key.slice(0, key.search(beginning)) : key)
