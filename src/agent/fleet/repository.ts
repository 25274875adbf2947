import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { ownEnvironment, runProcess } from '../../process/run.ts'

/** The checkout of the person who promotes: its remote has the branches that agents follow. */
export interface FleetRepository {
  /** Looks at the remote; answers the newest commit of a branch. */
  head(branch: string): Promise<string>
  isAncestor(earlier: string, later: string): Promise<boolean>
  /** Moves a branch of the remote forward to a commit; refuses anything else than forward. */
  forward(branch: string, commit: string): Promise<void>
  /** A commit with the files of `like` that follows both; signed as the person's git is set up to. */
  commitLike(like: string, after: string, message: string): Promise<string>
}

const networkMs = 120_000

const failed = (summary: string, detail: string, hint?: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'fleet-repository',
    summary,
    ...(detail === '' ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
  })

export const fleetRepository = (folder: string, remote: string): FleetRepository => {
  const git = async (args: readonly string[]): Promise<{ readonly status: number; out: string; err: string }> => {
    const { is, status, stdout, stderr } = await runProcess(['git', ...args], {
      cwd: folder,
      timeoutMs: networkMs,
      limitBytes: 2 ** 20,
      env: { ...ownEnvironment(), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
    })
    return { status: is === 'done' ? status : 128, out: stdout.toString('utf8').trim(), err: stderr.trim() }
  }
  const must = async (what: string, args: readonly string[], hint?: string): Promise<string> => {
    const { status, out, err } = await git(args)
    if (status !== 0) throw failed(what, err, hint)
    return out
  }
  return {
    async head(branch) {
      const ref = `refs/remotes/${remote}/${branch}`
      await must(
        `the branch ${branch} cannot be fetched from ${remote}`,
        ['fetch', '--quiet', '--no-tags', remote, `+refs/heads/${branch}:${ref}`],
        `Look with: git ls-remote ${remote}`,
      )
      return must(`${remote} has no branch ${branch}`, ['rev-parse', '--verify', `${ref}^{commit}`])
    },
    isAncestor: async (earlier, later) => (await git(['merge-base', '--is-ancestor', earlier, later])).status === 0,
    async forward(branch, commit) {
      await must(
        `${remote} did not move ${branch} to ${commit.slice(0, 12)}`,
        ['push', '--quiet', remote, `${commit}:refs/heads/${branch}`],
        'Somebody may have pushed meanwhile: look at both branches, then try again.',
      )
    },
    async commitLike(like, after, message) {
      const signs = (await git(['config', '--type=bool', 'commit.gpgsign'])).out === 'true'
      return must('no commit can be made here', [
        'commit-tree',
        ...(signs ? ['-S'] : []),
        '-p',
        after,
        '-p',
        like,
        '-m',
        message,
        `${like}^{tree}`,
      ])
    },
  }
}
