import { execFile } from 'node:child_process'
import { access, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'

const run = promisify(execFile)
const gitTimeoutMs = 60_000

const git = async (directory: string, args: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await run('git', ['-C', directory, ...args], { timeout: gitTimeoutMs })
    return stdout.trim()
  } catch (thrown) {
    const stderr = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr).trim() : String(thrown)
    throw new DiagnosticError({
      severity: 'error',
      code: 'git-failed',
      summary: `git ${args[0]} did not succeed in ${directory}`,
      detail: stderr,
    })
  }
}

/**
 * Runs `work` with the config folder as it was at a commit, in a temporary worktree that is gone afterwards. The facts
 * of the last contact are those of now: they are no part of the repository.
 */
export const atCommit = async <T>(root: string, commit: string, work: (root: string) => Promise<T>): Promise<T> => {
  const top = await git(root, ['rev-parse', '--show-toplevel'])
  const id = await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`]).catch(
    () => {
      throw new DiagnosticError({ severity: 'error', code: 'unknown-commit', summary: `there is no commit ${commit}` })
    },
  )
  const folder = await mkdtemp(join(tmpdir(), 'hexis-commit-'))
  const tree = join(folder, 'tree')
  try {
    await git(top, ['worktree', 'add', '--quiet', '--detach', tree, id])
    const there = join(tree, relative(top, root))
    const cached = join(root, '.hexis')
    await access(cached).then(
      () => symlink(cached, join(there, '.hexis')),
      () => undefined,
    )
    return await work(there)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await git(top, ['worktree', 'prune'])
  }
}
