import type { Key } from '../steps/step.ts'

const patterns = [/^path:\/etc\/ssh(\/|$)/, /^path:\/etc\/sudoers/, /^path:.*\/\.ssh(\/|$)/]

/**
 * Whether a key decides who can get onto the host: such additions come first, such removals last. Firewall and network do
 * so too, but their files alone change nothing: they come where the list has them, behind the packages that they need.
 */
export const isAccess = (key: Key): boolean => patterns.some((pattern) => pattern.test(key))
