import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OpLine, Sandbox, shells } from '../../src/host/runtime/sandbox.ts'

const folder = join(import.meta.dirname, '../../src/states')
const source = ['git/git', 'exec/exec'].map((name) => readFileSync(join(folder, `${name}.sh`), 'utf8')).join('\n')

const git = (at: string, ...args: readonly string[]): string =>
  execFileSync(
    'git',
    ['-C', at, '-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'safe.directory=*', ...args],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  ).trim()

let origin: string
let first: string
let second: string
/** Of a branch that was thrown away: no ref leads to it. */
let lost: string

beforeAll(() => {
  origin = mkdtempSync(join(tmpdir(), 'hexis-origin-'))
  git(origin, 'init', '-q', '-b', 'main')
  const commit = (name: string, text: string): string => {
    writeFileSync(join(origin, name), text)
    git(origin, 'add', '.')
    git(origin, 'commit', '-q', '-m', name)
    return git(origin, 'rev-parse', 'HEAD')
  }
  first = commit('a', 'one\n')
  second = commit('b', 'two\n')
  lost = commit('c', 'three\n')
  git(origin, 'reset', '-q', '--hard', second)
})
afterAll(() => rmSync(origin, { recursive: true }))

const step = (args: string, before?: string): OpLine => ({
  kind: 'git',
  verb: 'GIT',
  id: '/srv/app',
  args,
  ...(before === undefined ? {} : { before }),
})
const at = (commit: string, more = ''): string => `commit=${commit} remote=file://${origin}${more}`

describe.each(shells)('checkouts by %s', (shell) => {
  let box: Sandbox
  const path = () => box.path('srv/app')
  const observe = () => box.script('hx_observe_git', '/srv/app\n').stdout.toString().trim().split('\t')[1]
  const state = (commit: string, { branch = '""', dirty = 'no', remote = `file://${origin}` } = {}) =>
    `branch=${branch} commit=${commit} dirty=${dirty} remote=${remote} type=present`
  const end = (id: string, ops: readonly OpLine[]) => box.run(id, ops).at(-1)
  const bringGit = () => {
    if (shell === 'busybox only') symlinkSync('/usr/bin/git', join(box.tools, 'git'))
  }

  beforeEach(() => {
    box = new Sandbox(shell, undefined, source)
    bringGit()
    mkdirSync(box.path('srv'))
  })
  afterEach(() => box.dispose())

  it('are what git says of them', () => {
    expect(observe()).toBe('type=absent')
    mkdirSync(path())
    expect(observe()).toBe('type=empty')
    writeFileSync(join(path(), 'x'), '')
    expect(observe()).toBe('type=other')
    rmSync(path(), { recursive: true })
    git(origin, 'clone', '-q', `file://${origin}`, path())
    expect(observe()).toBe(state(second, { branch: 'main' }))
    writeFileSync(join(path(), 'extra'), '')
    expect(observe()).toBe(state(second, { branch: 'main' }))
    writeFileSync(join(path(), 'a'), 'changed\n')
    expect(observe()).toBe(state(second, { branch: 'main', dirty: 'yes' }))
    rmSync(path(), { recursive: true })
    symlinkSync('/', path())
    expect(observe()).toBe('type=other')
  })

  it('are made, moved to another commit, also one that no branch has, and taken away', () => {
    expect(end('t1', [step(at(first))])).toBe('end committed 0 ""')
    expect(observe()).toBe(state(first))
    expect(readFileSync(join(path(), 'a'), 'utf8')).toBe('one\n')
    expect(statSync(path()).mode & 0o777).toBe(0o755)
    for (const commit of [second, lost, first]) {
      expect(end(`t-${commit.slice(0, 8)}`, [step(at(commit))])).toBe('end committed 0 ""')
      expect(observe()).toBe(state(commit))
    }
    expect(end('t9', [step('type=absent')])).toBe('end committed 0 ""')
    expect(existsSync(path())).toBe(false)
  })

  it('fill an empty directory, which is there again afterwards, with its owner and mode', () => {
    // Without setpriv and su, as in this test's busybox, git runs as root alone.
    const other = process.getuid?.() === 0 && shell !== 'busybox only'
    const theirs = box.path('srv/theirs')
    git(origin, 'clone', '-q', '--bare', `file://${origin}`, theirs)
    mkdirSync(path(), { mode: 0o750 })
    if (other) execFileSync('chown', ['-R', '65534:65534', theirs, path()])
    for (const at of ['..', '../..']) chmodSync(join(box.root, at), 0o755)
    const before = box.snapshot()
    expect(end('t1', [step(`commit=${second} remote=file://${theirs}`)])).toBe('end committed 0 ""')
    expect(observe()).toBe(state(second, { remote: `file://${theirs}` }))
    if (other) expect(statSync(join(path(), 'b')).uid).toBe(65534)
    expect(end('t2', [step('type=empty')])).toBe('end committed 0 ""')
    expect(box.snapshot()).toEqual(before)
  })

  it('come back as they were when the transaction fails, with branch, changes and all', () => {
    const failing: OpLine = { kind: 'git', verb: 'GIT', id: '/srv/none/x', args: at(first) }
    expect(end('t1', [step(at(first)), failing])).toMatch(/^end undone 2 /)
    expect(existsSync(path())).toBe(false)
    git(origin, 'clone', '-q', `file://${origin}`, path())
    expect(end('t2', [step(at(first)), failing])).toMatch(/^end undone 2 /)
    expect(observe()).toBe(state(second, { branch: 'main' }))
    const tree = box.snapshot()
    expect(end('t3', [step('type=absent'), failing])).toMatch(/^end undone 2 /)
    expect(box.snapshot()).toEqual(tree)
    writeFileSync(join(path(), 'b'), 'mine\n')
    expect(end('t4', [step(at(first, ' force=yes')), failing])).toMatch(/^end undone 2 /)
    expect(observe()).toBe(state(second, { branch: 'main', dirty: 'yes' }))
    expect(readFileSync(join(path(), 'b'), 'utf8')).toBe('mine\n')
  })

  it('with changes are left alone unless told, and then the changes are in the stash', () => {
    expect(end('t1', [step(at(first))])).toBe('end committed 0 ""')
    writeFileSync(join(path(), 'a'), 'mine\n')
    expect(end('t2', [step(at(second))])).toMatch(/^end undone 1 .*has%20changes%20that%20are%20in%20no%20commit/)
    expect(end('t3', [step('type=absent')])).toMatch(/^end undone 1 .*M%20a/)
    expect(readFileSync(join(path(), 'a'), 'utf8')).toBe('mine\n')
    expect(end('t4', [step(at(second, ' force=yes'))])).toBe('end committed 0 ""')
    expect(observe()).toBe(state(second))
    expect(git(path(), 'stash', 'show', '-p')).toContain('+mine')
    writeFileSync(join(path(), 'new'), '')
    expect(end('t5', [step('type=absent')])).toMatch(/^end undone 1 .*new/)
    expect(existsSync(join(path(), 'new'))).toBe(true)
  })

  it.each([
    ['a commit that is nowhere', () => at('f'.repeat(40)), /has%20no%20commit%20ffff/],
    ['a repository that is nowhere', () => `commit=${first} remote=file:///nowhere`, /cannot%20fetch%20from/],
    ['what is no commit', () => at('--help'), /is%20no%20commit/],
    ['what is no address', () => `commit=${first} remote=--upload-pack=x`, /no%20address/],
    ['a user that is nobody', () => at(first, ' user=nosuch'), /no%20user%20nosuch/],
  ])('%s fails, says why, and leaves nothing', (_, args, says) => {
    const before = box.snapshot()
    expect(end('t1', [step(args())])).toMatch(says)
    expect(box.snapshot()).toEqual(before)
  })

  it('need git, and say so', () => {
    rmSync(join(box.tools, 'git'), { force: true })
    if (shell !== 'busybox only') return
    expect(end('t1', [step(at(first))])).toMatch(/this%20host%20has%20no%20git/)
    expect(existsSync(path())).toBe(false)
  })

  it('killed anywhere, are there or not, never half', () => {
    const points = shell === 'dash' ? 10 : 2
    const ops = [step(at(second))]
    box.killAt(0, 'before')
    expect(end('t1', ops)).toBe('end committed 0 ""')
    const total = box.calls
    const after = observe()
    for (let round = 0; round < points; round++) {
      const point = 1 + Math.floor((round * total) / points)
      box.dispose()
      box = new Sandbox(shell, undefined, source)
      bringGit()
      mkdirSync(box.path('srv'))
      box.killAt(point, round % 2 === 0 ? 'before' : 'after')
      const [command, ...rest] = box.argv
      box.groupRun([command, ...rest, box.runtime, 'tx', box.prepare('t1', ops)])
      box.unshim()
      bringGit()
      box.main(['recover'])
      expect(box.main(['interrupted']).stdout).toBe('')
      expect(['type=absent', after], `point ${point} of ${total}`).toContain(observe())
    }
  }, 120_000)
})
