import { isRefName, repositoryAddress, withoutPassword } from './address.ts'
import { type Git, gitFailed, openGit } from './git.ts'
import { formatOf, LocalRepository, type ObjectFormat } from './local.ts'
import { Trees } from './trees.ts'
import { pruneTags, signerOf, type Trust, tagRefs } from './trust.ts'

export type { Trust } from './trust.ts'

export interface Fetched {
  /** The newest commit of the branch. */
  readonly upstream: string
  /** Its time, in seconds since the epoch. */
  readonly upstreamTime: number
  /** Why the local repository was made anew, where it was. */
  readonly renewed?: string
}

export interface CheckoutOptions {
  /** For this agent alone; made if it is not there. */
  readonly folder: string
  /** Over ssh or https, or a path of this machine. */
  readonly repository: string
  /** A file of OpenSSH allowed signers; without it, any commit of the branch is trusted. */
  readonly allowedSigners?: string
  /** How many commits are fetched at first; more where a proof needs them. */
  readonly depth?: number
  /** Patterns of what is needed of the tree, as in a sparse checkout; without it, all. */
  readonly paths?: readonly string[]
}

/** The agent's copy of a repository. One process at a time may use a folder. */
export interface Checkout {
  /** @throws DiagnosticError when the repository cannot be reached; what was fetched before stays usable */
  fetch(branch: string, signal?: AbortSignal): Promise<Fetched>
  /** Whether a commit may be used: an allowed signer vouches for it, and it follows `after`, the one in force. */
  verify(commit: string, after: string | undefined, branchChanged: boolean): Promise<Trust>
  /** A folder with the files of a commit, which is never changed later; old ones go. */
  place(commit: string): Promise<string>
  knows(commit: string): Promise<boolean>
}

const branchRefs = 'refs/hexis/branches'
/** Flat, so that a branch `a` may be followed by a branch `a/b`. */
const refOf = (branch: string): string => `${branchRefs}/${encodeURIComponent(branch)}`
const branchOf = (ref: string): string => decodeURIComponent(ref.slice(branchRefs.length + 1))
const fetchMs = 600_000
/** Rounds in which history is fetched until a proof is there: four times as much each time. */
const deepenRounds = 9
const mostTags = 16

const isCommit = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

interface Remote {
  readonly commit: string
  /** Tags with a message that stand for the commit: their full names by the name of their object. */
  readonly tags: ReadonlyMap<string, string>
}

interface Parts {
  readonly git: Git
  readonly local: LocalRepository
  readonly trees: Trees
}

class GitCheckout implements Checkout {
  readonly #options: CheckoutOptions
  readonly #address: string
  #ready: Promise<Parts> | undefined
  /** What was found to be wrong with the local repository, until it is made anew. */
  #damage: string | undefined

  constructor(options: CheckoutOptions) {
    this.#options = options
    this.#address = repositoryAddress(options.repository)
  }

  async #open(): Promise<Parts> {
    this.#ready ??= this.#prepare()
    try {
      return await this.#ready
    } catch (error) {
      this.#ready = undefined
      throw error
    }
  }

  async #prepare(): Promise<Parts> {
    const git = await openGit(this.#options.folder, this.#address)
    const local = new LocalRepository(git, this.#options.folder, this.#address)
    await local.tidy()
    if (this.#options.paths !== undefined) await local.narrow(this.#options.paths)
    return { git, local, trees: new Trees(git, this.#options.folder, this.#options.paths ?? []) }
  }

  async fetch(branch: string, signal?: AbortSignal): Promise<Fetched> {
    if (!isRefName(branch)) return gitFailed(`'${branch}' is no name of a branch`, '')
    const { git, local } = await this.#open()
    const remote = await this.#ask(git, branch, signal)
    const format = formatOf(remote.commit)
    const unusable = await this.#unusable(local, format)
    if (unusable !== undefined) await this.#renew(local, format)
    const renewed = unusable === '' ? undefined : unusable
    const failed = await this.#get(git, branch, remote, signal)
    if (failed === undefined) return this.#newest(git, branch, renewed)
    const damage = signal?.aborted === true ? undefined : await local.damage()
    if (damage === undefined) return gitFailed(`branch ${branch} of ${this.#shown} cannot be fetched`, failed)
    await this.#renew(local, format)
    const again = await this.#get(git, branch, remote, signal)
    if (again !== undefined) return gitFailed(`branch ${branch} of ${this.#shown} cannot be fetched`, again)
    return this.#newest(git, branch, `the local repository was damaged: ${damage}`)
  }

  /** Why the local repository has to be made anew; empty where there was none. */
  async #unusable(local: LocalRepository, wanted: ObjectFormat): Promise<string | undefined> {
    if (this.#damage !== undefined) return `the local repository was damaged: ${this.#damage}`
    const format = await local.format()
    if (format === wanted)
      return (await local.whole()) ? undefined : 'the local repository was damaged: commits are missing'
    if (format !== undefined) return `the repository uses ${wanted} now, and ${format} before`
    return (await local.exists()) ? 'the local repository was damaged: it is no repository any more' : ''
  }

  get #shown(): string {
    return withoutPassword(this.#address)
  }

  async #renew(local: LocalRepository, format: ObjectFormat): Promise<void> {
    await local.make(format)
    this.#damage = undefined
    if (this.#options.paths !== undefined) await local.narrow(this.#options.paths)
  }

  /** What the branch stands for, and the tags with a message that stand for the same. */
  async #ask(git: Git, branch: string, signal: AbortSignal | undefined): Promise<Remote> {
    const name = `refs/heads/${branch}`
    const patterns = this.#options.allowedSigners === undefined ? [name] : [name, 'refs/tags/*']
    // Outside of any repository, since the local one may have another hash.
    const call = { signal, env: { GIT_DIR: '/dev/null' } }
    const answer = await git(['ls-remote', '--', this.#address, ...patterns], call)
    if (!answer.ok) return gitFailed(`${this.#shown} cannot be reached`, answer.said, this.#reachHint(answer.said))
    const refs = new Map(
      answer.stdout.split('\n').flatMap((line) => {
        const [commit, ref] = line.split('\t')
        return commit !== undefined && ref !== undefined && isCommit(commit) ? [[ref, commit] as const] : []
      }),
    )
    const commit = refs.get(name)
    if (commit === undefined) return gitFailed(`${this.#shown} has no branch ${branch}`, '')
    const tags = [...refs].flatMap(([ref, target]) => {
      const tag = ref.endsWith('^{}') ? ref.slice(0, -3) : undefined
      const object = tag === undefined ? undefined : refs.get(tag)
      const usable = target === commit && tag?.startsWith('refs/tags/') === true && isRefName(tag.slice(10))
      return usable && object !== undefined ? [[object, tag] as const] : []
    })
    return { commit, tags: new Map(tags.slice(-mostTags)) }
  }

  #reachHint(said: string): string | undefined {
    if (/Host key verification failed/.test(said))
      return 'Add the key of the host to /etc/ssh/ssh_known_hosts or to known_hosts of the account of the agent.'
    if (/Permission denied \(/.test(said)) return 'Give the account of the agent a key that may read the repository.'
    return undefined
  }

  /** Nothing, or what git said when it could not fetch. */
  async #get(git: Git, branch: string, remote: Remote, signal: AbortSignal | undefined): Promise<string | undefined> {
    const have = await git(['rev-parse', '--verify', '--quiet', `${refOf(branch)}^{commit}`])
    const lacking = await this.#lacking(git, [...remote.tags.keys()])
    if (have.stdout.trim() === remote.commit && lacking.size === 0) return undefined
    const tags = [...remote.tags].filter(([object]) => lacking.has(object))
    const refspecs = [
      `+refs/heads/${branch}:${refOf(branch)}`,
      ...tags.map(([object, ref]) => `+${ref}:${tagRefs}/${object}`),
    ]
    const { ok, said } = await this.#fetchWith(git, [`--depth=${this.#options.depth ?? 50}`], refspecs, signal)
    if (ok && tags.length > 0) await pruneTags(git)
    return ok ? undefined : said
  }

  async #lacking(git: Git, objects: readonly string[]): Promise<ReadonlySet<string>> {
    const answers = await Promise.all(
      objects.map((object) => git(['rev-parse', '--verify', '--quiet', `${tagRefs}/${object}`])),
    )
    return new Set(objects.filter((_, index) => answers[index]?.ok !== true))
  }

  #fetchWith(git: Git, how: readonly string[], refspecs: readonly string[], signal?: AbortSignal) {
    const filter = this.#options.paths === undefined ? [] : ['--filter=blob:none']
    const fixed = ['--quiet', '--no-tags', '--no-write-fetch-head', '--update-shallow']
    // Of a narrow copy what is missing is fetched when it is placed: git then asks the remote of this name.
    const from = this.#options.paths === undefined ? this.#address : 'origin'
    return git(['fetch', ...fixed, ...filter, ...how, '--', from, ...refspecs], { timeoutMs: fetchMs, signal })
  }

  async #newest(git: Git, branch: string, renewed: string | undefined): Promise<Fetched> {
    const { ok, stdout, said } = await git(['log', '-1', '--format=%H %ct', refOf(branch), '--'])
    const [commit, time] = stdout.trim().split(' ')
    if (!ok || commit === undefined || time === undefined)
      return gitFailed(`branch ${branch} cannot be read from the local repository`, said)
    return { upstream: commit, upstreamTime: Number(time), ...(renewed === undefined ? {} : { renewed }) }
  }

  async verify(commit: string, after: string | undefined, branchChanged: boolean): Promise<Trust> {
    const { git, local } = await this.#open()
    if (!(await this.knows(commit)))
      return { is: 'untrusted', because: `commit ${commit} is not in the local repository` }
    const { allowedSigners } = this.#options
    const signer: Trust =
      allowedSigners === undefined
        ? { is: 'trusted', by: 'unsigned (no allowed signers configured)' }
        : await signerOf(git, commit, allowedSigners)
    if (signer.is === 'untrusted' || after === undefined || branchChanged) return signer
    const follows = await this.#follows(git, local, commit, after)
    return follows === undefined ? signer : { is: 'untrusted', because: follows }
  }

  /** Nothing when `commit` has `after` in its history, else why not. Fetches history until that is certain. */
  async #follows(git: Git, local: LocalRepository, commit: string, after: string): Promise<string | undefined> {
    const words = `commit ${commit.slice(0, 12)} does not follow ${after.slice(0, 12)}, which is in force`
    if (commit === after) return undefined
    let by = this.#options.depth ?? 50
    for (let round = 0; round <= deepenRounds; round++) {
      if ((await git(['merge-base', '--is-ancestor', after, commit])).ok) return undefined
      const shallow = await local.shallow()
      const roots = (await git(['rev-list', '--max-parents=0', commit])).stdout.split('\n')
      if (!roots.some((root) => shallow.has(root))) return `${words}: the history of the branch was rewritten`
      by *= 4
      const branches = await git(['for-each-ref', `--contains=${commit}`, '--format=%(refname)', branchRefs])
      const refspecs = branches.stdout.split('\n').flatMap((ref) => {
        if (ref === '') return []
        return [`+refs/heads/${branchOf(ref)}:refs/hexis/deepened/${encodeURIComponent(branchOf(ref))}`]
      })
      if (refspecs.length === 0) return `${words}, as far as the local repository goes back`
      const { ok, said } = await this.#fetchWith(git, [`--deepen=${by}`], refspecs)
      if (!ok) return gitFailed(`${this.#shown} does not give the earlier history of ${commit.slice(0, 12)}`, said)
    }
    return `${words} within ${by} commits`
  }

  async place(commit: string): Promise<string> {
    const { local, trees } = await this.#open()
    if (!isCommit(commit)) return gitFailed(`'${commit}' is no full name of a commit`, '')
    const placed = await trees.place(commit)
    if ('folder' in placed) return placed.folder
    if (!(await this.knows(commit))) return gitFailed(`commit ${commit} is not in the local repository`, '')
    this.#damage = await local.damage()
    if (this.#damage === undefined) return gitFailed(`the files of commit ${commit} cannot be written`, placed.said)
    const summary = `the local repository is damaged, so that commit ${commit} cannot be written`
    return gitFailed(summary, this.#damage, 'The next fetch makes it anew.')
  }

  async knows(commit: string): Promise<boolean> {
    if (!isCommit(commit)) return false
    const { git } = await this.#open()
    const { ok, stdout } = await git(['cat-file', '-t', commit])
    return ok && stdout.trim() === 'commit'
  }
}

/** @throws DiagnosticError for an address that is not one of a repository over ssh, https or on this machine */
export const openCheckout = (options: CheckoutOptions): Checkout => new GitCheckout(options)
