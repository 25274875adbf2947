import { execFile } from 'node:child_process'

/** The commit that a config comes from. */
export interface Revision {
  /** Full hash, or `none` outside of git and before the first commit. */
  readonly commit: string
  /** True when something below the config differs from the commit. */
  readonly dirty: boolean
}

const limitBytes = 16 * 1024 * 1024

const git = (root: string, ...args: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX)$/.test(name)),
    )
    const options = { cwd: root, env: { ...env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' }, maxBuffer: limitBytes }
    execFile('git', args, options, (error, stdout) => resolve(error === null ? stdout : undefined))
  })

/** True when `later` has `earlier` in its history; false too where this repository does not know one of them. */
export const isAncestor = async (root: string, earlier: string, later: string): Promise<boolean> =>
  (await git(root, 'merge-base', '--is-ancestor', earlier, later)) !== undefined

/** The revision of the folder `root`; the cache of facts in it does not count. */
export const revisionOf = async (root: string): Promise<Revision> => {
  const [commit, status] = await Promise.all([
    git(root, 'rev-parse', '--verify', 'HEAD'),
    git(root, 'status', '--porcelain', '--', '.', ':(exclude).hexis'),
  ])
  if (commit === undefined) return { commit: 'none', dirty: false }
  return { commit: commit.trim(), dirty: status === undefined || status.trim() !== '' }
}
