import type { ProfileEntry } from '../profile.ts'

/** Debian 12, bookworm: what the tables say of Debian was looked up in it. */
export const debian12 = { id: 'debian/12', inherits: 'debian' } satisfies ProfileEntry
