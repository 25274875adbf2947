import { createHash } from 'node:crypto'
import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface AuthorizedKeyProps extends ResourceProps {
  /** The public key as `ssh-keygen` writes it: `ssh-ed25519 AAAA… alice@laptop`. */
  key: string
  /** Options before the key: `['from="10.0.0.0/8"', 'no-pty']`. */
  options?: readonly string[]
  /** The file; default `.ssh/authorized_keys` in the user's home. */
  file?: string
  /** True: the key shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A public key that may log in as a user. Other keys stay.
 *
 * @example
 * authorizedKey('alice', { key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4vZ1Tx1Xj2Yw4cHn0h6q8f0b3yYk0Q5mXo1dYl2s3t alice@laptop' })
 */
export const authorizedKey = (user: string, props: AuthorizedKeyProps): Handle =>
  declare('authorizedKey', `${user}/${keyName(String(props.key))}`, { ...props })

/** Letters of the digest that name a key; enough that no two keys of a user share them. */
const digestLetters = 16

/** A short name of a public key, without its comment. */
export const keyName = (key: string): string => {
  const body = publicKey(key)?.body ?? key
  return createHash('sha256').update(Buffer.from(body, 'base64')).digest('base64url').slice(0, digestLetters)
}

/** The parts of a public key line without options. */
export const publicKey = (
  key: string,
): { readonly type: string; readonly body: string; readonly comment: string } | undefined => {
  const match = /^((?:ssh|ecdsa|sk)-[a-z0-9@.-]+) (AAAA[A-Za-z0-9+/]+={0,2})(?: ([^\n\0]*))?$/.exec(key.trim())
  return match === null ? undefined : { type: match[1] ?? '', body: match[2] ?? '', comment: match[3] ?? '' }
}
