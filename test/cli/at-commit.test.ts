import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { atCommit } from '../../src/cli/at-commit.ts'

let top = ''
const git = (...args: string[]): string =>
  execFileSync('git', ['-C', top, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
  }).trim()

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'hexis-git-')))
  git('init', '-q')
  mkdirSync(join(top, 'site/.hexis/facts'), { recursive: true })
  writeFileSync(join(top, 'site/.hexis/facts/web1.json'), '{}')
  writeFileSync(join(top, '.gitignore'), '.hexis/\n')
  writeFileSync(join(top, 'site/site.ts'), 'one')
  git('add', '.')
  git('commit', '-qm', 'one')
  writeFileSync(join(top, 'site/site.ts'), 'two')
  git('commit', '-qam', 'two')
})
afterEach(() => rmSync(top, { recursive: true }))

test('the folder is as it was, with the facts of now, and nothing is left', async () => {
  const seen = await atCommit(join(top, 'site'), 'HEAD~1', async (root) => [
    readFileSync(join(root, 'site.ts'), 'utf8'),
    readFileSync(join(root, '.hexis/facts/web1.json'), 'utf8'),
  ])
  expect(seen).toEqual(['one', '{}'])
  expect(git('worktree', 'list').split('\n')).toHaveLength(1)
  expect(git('status', '--porcelain')).toBe('')
  expect(readFileSync(join(top, 'site/.hexis/facts/web1.json'), 'utf8')).toBe('{}')
})

test('an unknown commit, and an option in its place, are refused', async () => {
  for (const commit of ['nope', '--all']) {
    await expect(atCommit(top, commit, async () => 0)).rejects.toThrow(`there is no commit ${commit}`)
  }
})
