import { namedKind } from '../named.ts'

/** Swap areas by the path or tag of their device or file; a size makes the file. */
export const swapKind = namedKind({
  name: 'swap',
  verb: 'SWAP',
  aspects: ['active', 'priority', 'size'],
  exists: false,
  atMost: 'exact',
  requires: 'kernel',
  negative: (wanted) => wanted.active === 'no' && wanted.size === undefined,
  needs: () => [],
  reverse: (_key, from, to) =>
    to.size !== undefined && from.size !== undefined && from.size !== '0' && from.size !== to.size
      ? { strength: 'best-effort', stays: ['that the earlier file is made anew, as an empty swap area'] }
      : { strength: 'exact' },
})
