import type { Key } from '../steps/step.ts'

const patterns = [
  /^path:\/etc\/ssh(\/|$)/,
  /^path:\/etc\/sudoers/,
  /^path:.*\/\.ssh(\/|$)/,
  /^path:\/etc\/(network|netplan|systemd\/network|nftables)/,
]

/** Whether a key decides who can get onto the host: such additions come first, such removals last. */
export const isAccess = (key: Key): boolean => patterns.some((pattern) => pattern.test(key))
