import { namedKind } from '../named.ts'

/**
 * Settings of SELinux: `mode`, `boolean/NAME`, `port/tcp/8080` and `context/REGULAR EXPRESSION`, each with one value. Of a
 * port or context without a rule of its own it is what the policy says, or `none`.
 */
export const selinuxKind = namedKind({
  name: 'selinux',
  verb: 'SELINUX',
  aspects: ['value'],
  exists: false,
  atMost: 'exact',
  requires: 'kernel',
  negative: () => false,
  reverse: () => ({ strength: 'exact' }),
})
