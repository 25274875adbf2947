import { ownEnvironment, runProcess } from '../../process/run.ts'

const timeoutMs = 60_000
const limitBytes = 16 * 1024 * 1024

/** A commit, or why there is none. */
export type Resolved = { readonly commit: string } | { readonly why: string; readonly detail?: string }

const isCommit = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

/** What the remote says of each of its refs. */
const refsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [commit, name] = line.split('\t')
      return commit !== undefined && name !== undefined && isCommit(commit) ? [[name, commit] as const] : []
    }),
  )

const asked = async (repo: string, ref: string): Promise<Resolved> => {
  const names = ref.startsWith('refs/') ? [ref] : [`refs/tags/${ref}`, `refs/heads/${ref}`]
  const outcome = await runProcess(['git', 'ls-remote', '--', repo, ...names.flatMap((name) => [name, `${name}^{}`])], {
    timeoutMs,
    limitBytes,
    stdin: '',
    env: { ...ownEnvironment(), GIT_TERMINAL_PROMPT: '0' },
  })
  if (outcome.is === 'unstartable') return { why: 'this machine has no git to look it up' }
  if (outcome.is === 'timed-out') return { why: `${repo} did not answer within ${timeoutMs / 1000} s` }
  if (outcome.is !== 'done' || outcome.status !== 0)
    return { why: `git cannot ask ${repo}`, detail: outcome.stderr.trim().slice(-2000) }
  const refs = refsOf(outcome.stdout.toString('utf8'))
  // Of a tag with a message, the commit that it stands for.
  const found = names.flatMap((name) => refs.get(`${name}^{}`) ?? refs.get(name) ?? [])
  const [commit] = found
  if (commit === undefined) return { why: `${repo} has no tag or branch '${ref}'` }
  if (new Set(found).size > 1)
    return { why: `${repo} has a tag and a branch '${ref}'`, detail: `Write ${names.join(' or ')}.` }
  return { commit }
}

/** Asked once while a program runs, so that all hosts and every look of one run get the same commit. */
const known = new Map<string, Promise<Resolved>>()

/** The commit that a tag or branch of a remote stands for. A commit is itself, and nobody is asked. */
export const resolveRef = (repo: string, ref: string): Promise<Resolved> => {
  if (isCommit(ref)) return Promise.resolve({ commit: ref })
  const id = JSON.stringify([repo, ref])
  const answer = known.get(id) ?? asked(repo, ref)
  known.set(id, answer)
  return answer
}
