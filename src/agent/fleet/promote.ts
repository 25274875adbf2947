import { setTimeout as wait } from 'node:timers/promises'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { AgentRecord } from '../state/state.ts'
import type { FleetRepository } from './repository.ts'
import type { FleetHost } from './status.ts'

export interface PromoteOptions {
  /** The branch that canaries follow, and the one that all others do. */
  readonly branch: string
  readonly into: string
  /** How long every canary has to be well on the commit. */
  readonly soakMs: number
  /** How long they may take to get there. */
  readonly waitMs: number
  readonly repository: FleetRepository
  readonly status: () => Promise<readonly FleetHost[]>
  readonly say: (line: string) => void
  readonly signal: AbortSignal
  /** Between two looks. */
  readonly lookMs?: number
}

const refused = (summary: string, hint: string, detail?: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'not-promoted',
    summary,
    hint,
    ...(detail === undefined ? {} : { detail }),
  })

/**
 * Will waiting not make it better? A record is of the last whole cycle: a commit that failed before says nothing of this
 * one, which is being tried meanwhile.
 */
const isLost = ({ state, bad, because = '' }: AgentRecord, commit: string): boolean =>
  state === 'broken' ||
  state === 'frozen' ||
  bad.some((one) => one.commit === commit) ||
  (state === 'untrusted' && because.includes(commit.slice(0, 12)))

type Look =
  | { readonly is: 'well' }
  | { readonly is: 'waiting'; readonly because: string }
  | { readonly is: 'lost'; readonly because: string }

/** What is to be said of one canary, where it is to be on this commit. */
const lookAt = ({ host, is, record, because }: FleetHost, commit: string): Look => {
  if (record === undefined) return { is: 'waiting', because: `${host}: ${because ?? is}` }
  const why = record.because === undefined ? '' : `: ${record.because}`
  if (isLost(record, commit)) return { is: 'lost', because: `${host} is ${record.state}${why}` }
  if (record.mode === 'audit') return { is: 'lost', because: `${host} only reports, and tries nothing` }
  if (record.commit !== commit)
    return { is: 'waiting', because: `${host} is still on ${record.commit?.slice(0, 12) ?? 'nothing'}` }
  if (record.state !== 'ok') return { is: 'waiting', because: `${host} is ${record.state}${why}` }
  const sick = record.health.find(({ ok }) => !ok)
  return sick === undefined ? { is: 'well' } : { is: 'waiting', because: `${host}: ${sick.name} does not pass` }
}

const canariesOf = (fleet: readonly FleetHost[], branch: string): readonly FleetHost[] =>
  fleet.filter(({ record }) => record?.branch === branch)

/**
 * Waits until every canary is well on the newest commit of its branch, and stays so for the soak time; then moves the
 * other branch forward to it. Nothing is moved unless all of that holds.
 *
 * @returns the commit that was promoted; undefined where there is nothing to promote
 * @throws DiagnosticError with the canary that is not well, or what is wrong with the branches
 */
export const promote = async (options: PromoteOptions): Promise<string | undefined> => {
  const { branch, into, soakMs, waitMs, repository, status, say, signal, lookMs = 2000 } = options
  const [commit, base] = [await repository.head(branch), await repository.head(into)]
  if (commit === base) return undefined
  if (!(await repository.isAncestor(base, commit)))
    throw refused(
      `${into} has commits that ${branch} lacks, so that the canaries have not tried them`,
      `Merge ${into} into ${branch}, and let the canaries try that.`,
    )
  const begun = Date.now()
  let wellSince: number | undefined
  const names = new Set(canariesOf(await status(), branch).map(({ host }) => host))
  if (names.size === 0)
    throw refused(`no host follows ${branch}`, `Look with hexis fleet status; the site says who does: agent.track.`)
  let told = ''
  for (;;) {
    if (signal.aborted) throw refused('interrupted while waiting for the canaries', `${into} is untouched.`)
    // One that was a canary at the beginning stays one, also where it cannot be reached now.
    const looks = (await status()).filter(({ host }) => names.has(host)).map((one) => lookAt(one, commit))
    const gone = looks.find((look) => look.is === 'lost')
    if (gone?.is === 'lost')
      throw refused(gone.because, `${into} is untouched. Mend ${branch}, or put the canaries back: hexis fleet abort.`)
    const waiting = looks.find((look) => look.is === 'waiting')
    if (waiting === undefined) {
      wellSince ??= Date.now()
      if (Date.now() - wellSince >= soakMs) break
    } else wellSince = undefined
    if (waiting?.is === 'waiting' && Date.now() - begun > waitMs + soakMs)
      throw refused(waiting.because, `${into} is untouched. hexis fleet status shows all of them.`)
    const line =
      waiting?.is === 'waiting' ? waiting.because : `${names.size} canaries are well on ${commit.slice(0, 12)}`
    if (line !== told) say(line)
    told = line
    await wait(Math.max(200, Math.min(lookMs, soakMs)), undefined, { signal }).catch(() => undefined)
  }
  await repository.forward(into, commit)
  return commit
}

/**
 * Puts canaries back to what all others have: a commit on their branch with the files of the other one. History only
 * grows, so that agents trust it.
 *
 * @returns the commit that they will follow; undefined where both branches have the same
 */
export const abort = async (
  repository: FleetRepository,
  branch: string,
  into: string,
  why: string,
): Promise<string | undefined> => {
  const [canary, base] = [await repository.head(branch), await repository.head(into)]
  if (canary === base || (await repository.isAncestor(canary, base))) {
    if (canary === base) return undefined
    await repository.forward(branch, base)
    return base
  }
  const commit = await repository.commitLike(base, canary, `Back to ${into}: ${why}`)
  await repository.forward(branch, commit)
  return commit
}
