import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { git } from '../index.ts'

const commit = '9daeafb9864cf43055ae93beb0afd6c7d144bfa4'

test('a commit in full is taken as it is; nobody is asked for it', async () => {
  const { steps, diagnostics } = await lowered(() => {
    git('/srv//app/', { repo: 'https://nowhere.invalid/app.git', ref: commit, user: 'app', force: true })
    git('/srv/tool', { repo: 'git@example.org:tool.git', ref: commit, timeout: 60 })
  })
  expect(diagnostics).toEqual([])
  expect(steps).toEqual([
    `GIT /srv/app commit=${commit} force=yes remote=https://nowhere.invalid/app.git user=app`,
    `GIT /srv/tool commit=${commit} remote=git@example.org:tool.git timeout=60`,
  ])
})

describe('names of a repository', () => {
  let folder: string
  const run = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      encoding: 'utf8',
    }).trim()
  const resolved = async (ref: string) => {
    const { steps, diagnostics } = await lowered(() => git('/srv/app', { repo: `file://${folder}`, ref }))
    return diagnostics[0] ?? /commit=(\S+)/.exec(steps[0] ?? '')?.[1]
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hexis-git-'))
    run('init', '-q', '-b', 'main')
    run('commit', '-q', '--allow-empty', '-m', 'one')
    run('tag', '-a', 'v1', '-m', 'with a message')
    run('tag', 'both')
    run('commit', '-q', '--allow-empty', '-m', 'two')
    run('branch', 'feature/x')
    run('branch', 'both')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('tags, with and without a message, and branches are their commits', async () => {
    expect(await resolved('main')).toBe(run('rev-parse', 'main'))
    expect(await resolved('feature/x')).toBe(run('rev-parse', 'main'))
    expect(await resolved('v1')).toBe(run('rev-parse', 'main~1'))
    expect(await resolved('refs/tags/both')).toBe(run('rev-parse', 'main~1'))
    expect(await resolved('refs/heads/both')).toBe(run('rev-parse', 'main'))
  })

  test('those that are none, or two, are errors', async () => {
    expect(await resolved('x')).toMatchObject({
      code: 'ref-not-found',
      summary: expect.stringMatching(/has no tag or branch 'x'/),
      source: { file: expect.stringMatching(/git\.test\.ts$/) },
    })
    expect(await resolved('both')).toMatchObject({
      summary: expect.stringMatching(/has a tag and a branch 'both'/),
      detail: 'Write refs/tags/both or refs/heads/both.',
    })
  })

  test('a repository that is not there is an error with what git says', async () => {
    const { diagnostics } = await lowered(() => git('/srv/app', { repo: `file://${folder}/none`, ref: 'main' }))
    expect(diagnostics).toMatchObject([
      { code: 'ref-not-found', detail: expect.stringMatching(/not appear to be a git|does not exist/) },
    ])
  })
})

const repo = 'https://example.org/a.git'
test.each([
  [{ repo }, /ref is missing/],
  [{ repo, ref: '9daeafb' }, /all of its 40 digits/],
  [{ repo, ref: '-x' }, /a commit, a tag or a branch/],
  [{ repo, ref: 'a..b' }, /a commit, a tag or a branch/],
  [{ repo: 'https://me:pw@example.org/a', ref: 'v1' }, /no password/],
  [{ repo: 'https://token@example.org/a', ref: 'v1' }, /no password/],
  [{ repo: 'ssh://git:pw@example.org/a', ref: 'v1' }, /no password/],
  [{ repo: '--upload-pack=x', ref: 'v1' }, /does not start with -/],
  [{ repo: 'ext::sh -c x', ref: 'v1' }, /helpers of git/],
  [{ repo: './a', ref: 'v1' }, /host:path/],
  [{ repo, ref: 'v1', timeout: 0 }, /timeout/],
  [{ repo, ref: 'v1', user: 'a b' }, /user/],
])('%j is refused', async (props, says) => {
  expect(await mistakes(() => git('/srv/app', props as { repo: string; ref: string }))).toEqual([
    expect.stringMatching(says),
  ])
})
