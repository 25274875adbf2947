import { z } from 'zod'
import { defineResource, type Shape } from '../definition.ts'
import { accountName, argsFrom, normalPath, onlyYes, ownPath, singleLine } from '../properties.ts'
import type { GitProps } from './git.ts'
import { resolveRef } from './resolve.ts'

/** Seconds; a day is longer than any repository takes. */
const timeoutLimit = 86_400

const repoMistake = (repo: string): string | undefined => {
  if (repo.startsWith('-')) return 'an address does not start with -'
  if (/^[a-z0-9+]+::/i.test(repo)) return 'helpers of git (::) are not for addresses of a config'
  if (/^https?:\/\/[^/]*@/i.test(repo) || /^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(repo))
    return 'an address holds no password: everybody sees it in plans; give the host a credential helper or a deploy key'
  return /^([a-z+]+:\/\/|\/|[^/\s]+:)/i.test(repo) ? undefined : 'it is a URL, host:path, or an absolute path'
}

const schema = z.strictObject({
  repo: singleLine
    .superRefine((repo, context) => {
      const message = repoMistake(repo)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .describe('Address of the repository, as the host reaches it.')
    .meta({ title: 'repository' }),
  ref: z
    .string()
    .regex(
      /^(?!.*(\.\.|\/\/|@\{|\/\.|\.lock$|\/$))[A-Za-z0-9_][A-Za-z0-9_./+#@-]{0,199}$/,
      'it is a commit, a tag or a branch',
    )
    .refine((ref) => !/^[0-9a-f]{7,39}$/.test(ref), 'a commit is written with all of its 40 digits')
    .describe('A commit, a tag or a branch.')
    .meta({ title: 'ref' }),
  user: accountName.optional().describe('Whose a new checkout is; left out: root, or whose the directory is.'),
  force: z
    .boolean()
    .optional()
    .describe('True: changes that are in no commit are put into git stash, instead of ending the run.'),
  timeout: z.int().positive().max(timeoutLimit).optional().describe('Seconds that fetching may take; left out: 600.'),
} satisfies Omit<Shape<GitProps>, 'mode'>)

export const gitResource = defineResource({
  type: 'git',
  summary: 'a checkout of a git repository at exactly one commit',
  detail: `The host needs git, and reaches the repository itself. A tag or branch is looked up by git on this machine whenever
steps are made, so that the plan names the commit; one that is written in full is taken as it is. HEAD is on no branch.
Files that git knows and that differ from the commit are drift, and are refused unless \`force\` is said; files that it
does not know stay. git runs as whom the directory belongs to. Submodules are not fetched.`,
  reversal: `Exact for a new checkout: it goes, but for one with files that are in no commit and not ignored, which is refused.
Best effort for one that was there: back at its commit and branch, with what was fetched still inside of .git.`,
  identity: { name: 'path', summary: 'The directory on the host, absolute.', schema: ownPath },
  schema,
  examples: [
    { id: '/srv/app', props: { repo: 'https://example.org/app.git', ref: 'v1.2.0', user: 'app' } },
    {
      id: '/opt/tool',
      props: { repo: 'git@example.org:tool.git', ref: '9daeafb9864cf43055ae93beb0afd6c7d144bfa4', force: true },
    },
  ],
  async lower(id, props, context) {
    const resolved = await resolveRef(props.repo, props.ref)
    if ('why' in resolved) {
      context.report({
        code: 'ref-not-found',
        summary: resolved.why,
        ...(resolved.detail === undefined ? {} : { detail: resolved.detail }),
        hint: 'Correct repo or ref. A commit in full needs no look-up: only hosts must reach the repository then.',
      })
      return { steps: [] }
    }
    const args = argsFrom({
      commit: resolved.commit,
      remote: props.repo,
      user: props.user,
      force: onlyYes(props.force),
      timeout: props.timeout,
    })
    return { steps: [{ verb: 'GIT', target: normalPath(id), args }] }
  },
})
