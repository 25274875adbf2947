import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { openCheckout } from '../../src/agent/checkout/checkout.ts'

/** A real repository with real keys, as the people who write a config have it. */
export interface Origin {
  readonly folder: string
  readonly path: string
  readonly git: (...args: readonly string[]) => string
  /** Makes a commit with one file; `key` signs it. */
  readonly commit: (file: string, content: string, key?: string) => string
  /** A new key of this name; the path of its private half. */
  readonly key: (name: string) => string
  /** A file of allowed signers: lines with `NAME` for the public half of that key. */
  readonly allow: (...names: readonly string[]) => string
  readonly publicKey: (name: string) => string
}

export const makeOrigin = (format: 'sha1' | 'sha256' = 'sha1'): Origin => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-checkout-'))
  const path = join(folder, 'origin')
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  }
  const run = (program: string, args: readonly string[], cwd: string): string =>
    execFileSync(program, [...args], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  run('git', ['init', '-q', '-b', 'main', `--object-format=${format}`, path], folder)
  const git = (...args: readonly string[]) => run('git', ['-c', 'gpg.format=ssh', ...args], path)
  const publicKey = (name: string) => run('cat', [join(folder, `${name}.pub`)], folder)
  return {
    folder,
    path,
    git,
    publicKey,
    key: (name) => {
      run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)], folder)
      return join(folder, name)
    },
    allow: (...names) => {
      const file = join(folder, 'allowed')
      const lines = names.map((name) => `${name}@example.org namespaces="git" ${publicKey(name)}\n`)
      writeFileSync(file, lines.join(''))
      return file
    },
    commit: (file, content, key) => {
      mkdirSync(dirname(join(path, file)), { recursive: true })
      writeFileSync(join(path, file), content)
      git('add', '-A')
      const signing = key === undefined ? ['commit'] : ['-c', `user.signingkey=${key}`, 'commit', '-S']
      git(...signing, '-q', '-m', `change ${file}`)
      return git('rev-parse', 'HEAD')
    },
  }
}

const made: Origin[] = []
/** One that goes with the test file. */
export const origin = (format?: 'sha1' | 'sha256'): Origin => {
  const fresh = makeOrigin(format)
  made.push(fresh)
  return fresh
}
afterAll(() => {
  for (const { folder } of made) rmSync(folder, { recursive: true, force: true })
})
/** The checkout of an agent that follows it. */
export const agentOf = (
  of: Origin,
  more: { allowedSigners?: string; depth?: number; paths?: readonly string[] } = {},
) => openCheckout({ folder: join(of.folder, 'agent'), repository: of.path, ...more })

/** Why a commit is refused, or by whom it is trusted. */
export const because = (trust: Awaited<ReturnType<ReturnType<typeof openCheckout>['verify']>>): string =>
  trust.is === 'untrusted' ? trust.because : `trusted by ${trust.by}`
