import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from '../../process/run.ts'
import type { Git, GitAnswer } from './git.ts'

/** Earlier ones are made again from the repository when they are asked for. */
const keptTrees = 8
const keptCommits = 64
/** Commits that were placed stay in the repository, whatever becomes of their branch. */
const placedRefs = 'refs/hexis/placed'
const placeMs = 300_000

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** Only a folder that is whole has its name: written beside, on the disk, and then renamed. */
const write = async (git: Git, commit: string, fresh: string, paths: readonly string[]): Promise<GitAnswer> => {
  await mkdir(fresh, { recursive: true, mode: 0o755 })
  const env = { GIT_WORK_TREE: fresh, GIT_INDEX_FILE: `${fresh}.index` }
  const call = { env, timeoutMs: placeMs }
  const sparse = paths.length === 0 ? [] : ['-c', 'core.sparseCheckout=true', '-c', 'core.sparseCheckoutCone=false']
  const read = await git(['-c', 'core.bare=false', ...sparse, 'read-tree', '-m', '-u', commit], call)
  await rm(`${fresh}.index`, { force: true })
  return read
}

/** Folders with the files of commits. */
export class Trees {
  readonly #git: Git
  readonly #folder: string
  readonly #paths: readonly string[]

  constructor(git: Git, folder: string, paths: readonly string[]) {
    this.#git = git
    this.#folder = join(folder, 'trees')
    this.#paths = paths
  }

  /** The folder of a commit, or what git said when it could not be written. */
  async place(commit: string): Promise<{ readonly folder: string } | { readonly said: string }> {
    const folder = join(this.#folder, commit)
    if (!(await isDirectory(folder))) {
      await mkdir(this.#folder, { recursive: true, mode: 0o755 })
      const fresh = join(this.#folder, `new-${process.pid}-${Date.now()}`)
      const written = await write(this.#git, commit, fresh, this.#paths)
      if (!written.ok) {
        await rm(fresh, { recursive: true, force: true })
        return { said: written.said }
      }
      await runProcess(['sync', '-f', fresh], { timeoutMs: placeMs, limitBytes: 4096 })
      await rename(fresh, folder)
    }
    await this.#git(['update-ref', `${placedRefs}/${commit}`, commit])
    const now = new Date()
    await utimes(folder, now, now)
    await this.#prune(commit)
    return { folder }
  }

  async #prune(current: string): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name !== current)
    const dated = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.#folder, name))).mtimeMs })),
    )
    const half = dated.filter(({ name }) => name.startsWith('new-'))
    const whole = dated.filter(({ name }) => !name.startsWith('new-')).sort((a, b) => b.at - a.at)
    for (const { name } of [...half, ...whole.slice(keptTrees - 1)])
      await rm(join(this.#folder, name), { recursive: true, force: true })
    await this.#forget(new Set([current, ...whole.slice(0, keptTrees - 1).map(({ name }) => name)]))
  }

  async #forget(kept: ReadonlySet<string>): Promise<void> {
    const args = ['for-each-ref', '--sort=-committerdate', '--format=%(objectname)', placedRefs]
    const known = (await this.#git(args)).stdout.split('\n').filter((name) => name !== '')
    for (const name of known.slice(keptCommits))
      if (!kept.has(name)) await this.#git(['update-ref', '-d', `${placedRefs}/${name}`])
  }
}
