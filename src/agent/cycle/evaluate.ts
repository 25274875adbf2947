import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Facts } from '../../config/index.ts'
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { runProcess } from '../../process/run.ts'
import { type Answer, answer, answerMark, type Question } from './evaluated.ts'

const timeoutMs = 120_000
const memoryMiB = 1024
const limitBytes = 256 * 1024 * 1024
/** Nobody: owns nothing. */
const nobody = '65534'

/** Ends the shell where the child could not even be set apart. */
const notApart = 96

export interface EvaluateOptions {
  /** How this Hexis is started: the executable, and what comes before its arguments. */
  readonly self: readonly [string, ...string[]]
  /** Folder with the files of the commit. */
  readonly folder: string
  /** The config below it; found where left out. */
  readonly config?: string
  readonly host: string
  readonly facts?: Facts
  /** Folder that anybody may enter, where the child sees the files of the commit. */
  readonly run: string
}

/**
 * In name spaces of its own the child has no network and sees no other process; the files of the commit, which only
 * root may reach, are shown to it read-only at a place that anybody may enter. Then it becomes nobody for good. A limit
 * of memory that is not the heap's is that of private memory, since V8 reserves far more than it uses.
 */
const confined = `mount --bind "$1" "$2" && mount -o remount,bind,ro,nosuid,nodev "$2" && cd "$2" || exit ${notApart}
shift 2
exec setpriv --reuid=${nobody} --regid=${nobody} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all -- \
prlimit --data=${2 * memoryMiB * 1024 * 1024} --core=0 --fsize=0 --nproc=512 -- "$@"`

const unshared = ['unshare', '--net', '--ipc', '--uts', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']

/** The config of a commit is to blame: trying again would end the same way. */
export class UnusableCommit extends DiagnosticError {}

const diagnostic = (summary: string, detail: string): Diagnostic => {
  const base: Diagnostic = { severity: 'error', code: 'config-threw', summary }
  return detail === '' ? base : { ...base, detail }
}

const failure = (summary: string, detail: string): UnusableCommit => new UnusableCommit(diagnostic(summary, detail))

const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  HOME: '/nonexistent',
  NODE_OPTIONS: `--max-old-space-size=${memoryMiB}`,
}

const parsed = (stdout: string): Answer | undefined => {
  const line = stdout.split('\n').findLast((one) => one.startsWith(answerMark))
  if (line === undefined) return undefined
  try {
    return answer.parse(JSON.parse(line.slice(answerMark.length)))
  } catch {
    return undefined
  }
}

/**
 * Runs the config of a commit for one host in a short-lived child, which has neither privileges nor network where the
 * agent is root. @throws DiagnosticError when it does not answer
 */
export const evaluate = async (options: EvaluateOptions): Promise<Answer> => {
  const { self, folder, config = '.', host, facts, run } = options
  const isRoot = process.getuid?.() === 0
  const shown = isRoot ? join(run, 'evaluated') : folder
  if (isRoot) mkdirSync(shown, { recursive: true, mode: 0o755 })
  const command = [...self, 'agent', 'evaluate'] as const
  const argv: readonly [string, ...string[]] = isRoot
    ? ['unshare', ...unshared.slice(1), 'sh', '-c', confined, 'sh', folder, shown, ...command]
    : [self[0], ...command.slice(1)]
  const asked: Question = { config: join(shown, config), host, ...(facts === undefined ? {} : { facts }) }
  const outcome = await runProcess(argv, {
    stdin: JSON.stringify(asked),
    timeoutMs,
    limitBytes,
    env: environment,
    cwd: '/',
  })
  if (outcome.is === 'timed-out') throw failure(`the config did not end within ${timeoutMs / 1000} s`, outcome.stderr)
  if (outcome.is === 'unstartable' || outcome.status === notApart || /^unshare: /m.test(outcome.stderr))
    throw new DiagnosticError(diagnostic('the config cannot be evaluated apart from the agent', outcome.stderr))
  const said = parsed(outcome.stdout.toString('utf8'))
  if (said === undefined)
    throw failure(`the config gave no answer (status ${outcome.status})`, outcome.stderr.slice(-4000))
  return said
}
