import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { ownEnvironment, runProcess } from '../../process/run.ts'
import { localPath, withoutPassword } from './address.ts'

/** Of the machine's environment, what git, ssh and curl need; no `GIT_*` among it. */
const inherited =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|SSH_AUTH_SOCK|SSL_CERT_(FILE|DIR)|((https?|all|no)_proxy)|((HTTPS?|ALL|NO)_PROXY))$/

const limitBytes = 64 * 1024 * 1024

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

/** A repository of this machine may belong to another account; git finds it under three names. */
const safePaths = (path: string): string => {
  const base = normalize(path).replace(/\/$/, '')
  const lines = [base, join(base, '.git'), `${base}.git`].map((name) => `  directory = ${quoted(name)}\n`)
  return `[safe]\n${lines.join('')}`
}

/**
 * The only configuration that git reads: neither the system's nor a user's, and what comes with a repository has no
 * say. No hook, no filter (LFS is one), no file-system monitor, no helper can be started.
 */
const configuration = (repository: string): string => {
  const path = localPath(repository)
  return `[core]
  hooksPath = /dev/null
  fsmonitor = false
  attributesFile = /dev/null
  excludesFile = /dev/null
  fsync = committed
  sshCommand = ssh -o BatchMode=yes -o ConnectTimeout=30
[protocol]
  allow = never
[protocol "file"]
  allow = always
[protocol "https"]
  allow = always
[protocol "ssh"]
  allow = always
[http]
  lowSpeedLimit = 1000
  lowSpeedTime = 60
[fetch]
  fsckObjects = true
  recurseSubmodules = false
[submodule]
  recurse = false
[gc]
  autoDetach = false
[advice]
  detachedHead = false
[gpg]
  format = ssh
  minTrustLevel = fully
[gpg "openpgp"]
  program = false
[gpg "x509"]
  program = false
${path === undefined ? '' : safePaths(path)}`
}

export interface GitCall {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

export interface GitAnswer {
  readonly ok: boolean
  readonly status: number
  readonly stdout: string
  /** What git said, or why it did not get to say anything; one or more lines, without passwords. */
  readonly said: string
}

export type Git = (args: readonly string[], call?: GitCall) => Promise<GitAnswer>

const failedWords = {
  'timed-out': 'it took too long',
  'too-much-output': 'it said too much',
  stopped: 'it was stopped',
}

/** Git for one agent: a bare repository in `folder`, and nothing of the machine's own git configuration. */
export const openGit = async (folder: string, repository: string): Promise<Git> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const config = join(folder, 'gitconfig')
  const fresh = `${config}.${process.pid}`
  await writeFile(fresh, configuration(repository), { mode: 0o600 })
  await chmod(fresh, 0o600)
  await rename(fresh, config)
  const env = {
    ...Object.fromEntries(Object.entries(ownEnvironment()).filter(([name]) => inherited.test(name))),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: config,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_DIR: join(folder, 'repository'),
  }
  return async (args, call = {}) => {
    const outcome = await runProcess(['git', ...args], {
      timeoutMs: call.timeoutMs ?? 60_000,
      limitBytes,
      cwd: folder,
      env: { ...env, ...call.env },
      stdin: call.stdin ?? '',
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    })
    if (outcome.is === 'unstartable')
      throw new DiagnosticError({
        severity: 'error',
        code: 'git-failed',
        summary: 'this machine has no git',
        hint: 'Install the package git.',
      })
    const said = outcome.is === 'done' ? outcome.stderr.trim() : failedWords[outcome.is]
    return {
      ok: outcome.is === 'done' && outcome.status === 0,
      status: outcome.is === 'done' ? outcome.status : 128,
      stdout: outcome.stdout.toString('utf8'),
      said: withoutPassword(said),
    }
  }
}

/** Fails with what git said. */
export const gitFailed = (summary: string, said: string, hint?: string): never => {
  throw new DiagnosticError({
    severity: 'error',
    code: 'git-failed',
    summary,
    ...(said === '' ? {} : { detail: said.slice(-2000) }),
    ...(hint === undefined ? {} : { hint }),
  })
}
