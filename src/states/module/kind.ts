import { namedKind } from '../named.ts'

/** Modules of the kernel, by their name with `_`: in the running kernel or not. */
export const moduleKind = namedKind({
  name: 'module',
  verb: 'MODULE',
  aspects: ['loaded'],
  exists: false,
  atMost: 'best-effort',
  requires: 'kernel',
  negative: (wanted) => wanted.loaded === 'no',
  reverse: () => ({
    strength: 'best-effort',
    stays: ['what the module did meanwhile, modules that it brought along, and itself while something uses it'],
  }),
})
