import { access, mkdir, readdir, readFile, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Git, gitFailed } from './git.ts'

/** The hash that names objects: what the remote uses decides. */
export type ObjectFormat = 'sha1' | 'sha256'

export const formatOf = (commit: string): ObjectFormat => (commit.length === 64 ? 'sha256' : 'sha1')

const fsckMs = 300_000

/** Bytes are as they were committed: attributes of the tree convert nothing and start nothing. */
const attributes = '* -text !eol -ident !filter !working-tree-encoding -export-subst -export-ignore\n'

const leftOver = /^(.*\.lock|tmp_.*|incoming-.*|tmp_objdir-.*)$/

const endMs = 5000

/** Every git that works in this folder, by its process. */
const gitsIn = async (folder: string): Promise<readonly number[]> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [cwd, program] = await Promise.all([
        readlink(`/proc/${pid}/cwd`).catch(() => undefined),
        readlink(`/proc/${pid}/exe`).catch(() => ''),
      ])
      return cwd === folder && /^git(-|$)/.test(basename(program)) ? [Number(pid)] : []
    }),
  )
  return found.flat()
}

/** A git may outlive an agent that was killed, and would work against the next one. */
const endEarlier = async (folder: string): Promise<void> => {
  const whole = await realpath(folder)
  const until = Date.now() + endMs
  for (let pids = await gitsIn(whole); pids.length > 0 && Date.now() < until; pids = await gitsIn(whole)) {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    await delay(20)
  }
}

/** Removes what a git that was killed left: locks, and halves of packs. Nothing else works in this folder. */
const clear = async (directory: string): Promise<void> => {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => [])
  for (const entry of entries)
    if (leftOver.test(entry.name)) await rm(join(entry.parentPath, entry.name), { recursive: true, force: true })
}

/** The bare repository of an agent, which only copies what the remote has and can be made anew at any time. */
export class LocalRepository {
  readonly #git: Git
  readonly #folder: string
  readonly #address: string
  readonly path: string

  constructor(git: Git, folder: string, address: string) {
    this.#git = git
    this.#address = address
    this.#folder = folder
    this.path = join(folder, 'repository')
  }

  /** The hash of its objects, nothing where there is no usable repository. */
  async format(): Promise<ObjectFormat | undefined> {
    const { ok, stdout } = await this.#git(['rev-parse', '--show-object-format'])
    const name = stdout.trim()
    return ok && (name === 'sha1' || name === 'sha256') ? name : undefined
  }

  exists(): Promise<boolean> {
    return access(this.path).then(
      () => true,
      () => false,
    )
  }

  /** Only these paths: contents are fetched when they are placed, and only those. */
  async narrow(paths: readonly string[]): Promise<void> {
    if (!(await this.exists())) return
    await mkdir(join(this.path, 'info'), { recursive: true })
    await writeFile(join(this.path, 'info', 'sparse-checkout'), `${paths.join('\n')}\n`)
    await this.#git(['config', 'remote.origin.url', this.#address])
  }

  /** After a kill: as if it had not begun. */
  async tidy(): Promise<void> {
    await endEarlier(this.#folder)
    await clear(this.path)
  }

  async make(format: ObjectFormat): Promise<void> {
    await this.remove()
    const fresh = join(this.#folder, 'repository.new')
    await rm(fresh, { recursive: true, force: true })
    const args = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`]
    const made = await this.#git(args, { env: { GIT_DIR: fresh } })
    if (!made.ok) gitFailed('git cannot make a repository for the agent', made.said)
    await mkdir(join(fresh, 'info'), { recursive: true })
    await writeFile(join(fresh, 'info', 'attributes'), attributes)
    await rename(fresh, this.path)
  }

  async remove(): Promise<void> {
    const old = join(this.#folder, 'repository.old')
    await rm(old, { recursive: true, force: true })
    await rename(this.path, old).catch(() => {})
    await rm(old, { recursive: true, force: true })
  }

  /** What is wrong with it, or nothing: whether all that its refs need is there and readable. */
  async damage(): Promise<string | undefined> {
    if ((await this.format()) === undefined) return 'it is no repository any more'
    const { ok, said, stdout } = await this.#git(['fsck', '--no-dangling', '--no-progress'], { timeoutMs: fsckMs })
    return ok ? undefined : (said || stdout.trim() || 'git fsck failed').split('\n').slice(0, 5).join('\n')
  }

  /** Whether what its refs stand for is there: cheap, and not all of `damage`. */
  async whole(): Promise<boolean> {
    return (await this.#git(['for-each-ref', '--format=%(objecttype)', 'refs/hexis'])).ok
  }

  /** Commits whose parents were not fetched. */
  async shallow(): Promise<ReadonlySet<string>> {
    const text = await readFile(join(this.path, 'shallow'), 'utf8').catch(() => '')
    return new Set(text.split('\n').filter((line) => line !== ''))
  }
}
