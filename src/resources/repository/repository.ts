import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

/** The key that signs what is in a repository: from one of `url`, `source` and `content`. */
export interface RepositoryKey {
  /**
   * Fingerprint of the key, as `gpg --show-keys` prints it; one for each where the file holds several. For apk, whose keys
   * are no OpenPGP ones: SHA-256 of the key in DER.
   */
  fingerprint: string | readonly string[]
  /** Where it is got from, by `http` or `https`. */
  url?: string
  /** A file of the config repository, relative to the module that says so; armoured or binary. */
  source?: string
  /** The key itself, armoured. */
  content?: string
  /** Name of the file on apk systems, where a signature names it: `builder@example.org-5f3e.rsa.pub`. */
  name?: string
}

export interface RepositoryProps extends ResourceProps {
  /** Where packages are got from. */
  url?: string
  /** Suites, for apt: `['stable']`; for apk, parts of the address. */
  suites?: readonly string[]
  /** Components, for apt: `['main']`; for apk, parts of the address. */
  components?: readonly string[]
  /** Architectures, for apt. Default: those of the host. */
  architectures?: readonly string[]
  /** The key that signs it. Left out: keys that the system trusts already. */
  key?: RepositoryKey
  /** True: what it has is trusted without a signature. */
  unsigned?: boolean
  /** What people read in lists of repositories. */
  description?: string
  /** True: the repository shall not be there. */
  absent?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A repository of packages, with the key that signs it. Packages of the same config come after it.
 *
 * @example
 * repository('nodesource', {
 *   url: 'https://deb.nodesource.com/node_22.x',
 *   suites: ['nodistro'],
 *   components: ['main'],
 *   key: {
 *     url: 'https://deb.nodesource.com/gpgkey/nodesource-repo.gpg.key',
 *     fingerprint: '6F71F525282841EEDAF851B42F59B5F99B1BE0B4',
 *   },
 * })
 */
export const repository = (name: string, props: RepositoryProps): Handle =>
  declare('repository', name, { ...props }, { paths: ['key.source'] })
