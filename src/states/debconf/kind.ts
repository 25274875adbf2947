import { absent, namedKind } from '../named.ts'

/** Answers to what packages ask when they are installed or configured, by the name of the question. */
export const debconfKind = namedKind({
  name: 'debconf',
  verb: 'DEBCONF',
  aspects: ['value', 'seen'],
  exists: true,
  atMost: 'best-effort',
  requires: 'exec',
  negative: absent,
  reverse: () => ({ strength: 'best-effort', stays: ['what a package made of the answer when it was configured'] }),
})
