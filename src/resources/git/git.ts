import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface GitProps extends ResourceProps {
  /** Address of the repository, as the host reaches it. No passwords: everybody sees it in plans. */
  repo: string
  /** A commit (40 hexadecimal digits), a tag or a branch. What it stands for is in the plan. */
  ref: string
  /** Whose a new checkout is; git runs as them. Default: root, or whose the directory is. */
  user?: string
  /** True: changes that are in no commit are put into `git stash`, instead of ending the run. */
  force?: boolean
  /** Seconds that fetching may take. Default 600. */
  timeout?: number
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * A checkout of a git repository at exactly one commit. The host needs git.
 *
 * @example
 * git('/srv/app', { repo: 'https://example.org/app.git', ref: 'v1.2.0', user: 'app' })
 */
export const git = (path: string, props: GitProps): Handle => declare('git', path, { ...props })
