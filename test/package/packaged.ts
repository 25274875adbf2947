import { copyFileSync, linkSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../../package/repository.ts'
import { runProcess } from '../../src/process/run.ts'

const limitBytes = 64 * 1024 * 1024

/** Where the tests keep what they made: made once for all test files, and again only for other sources. */
export const dist = join(repository, 'dist/test')

/** Executables and packages of this state of the sources; whoever comes second waits for the first. */
export const packaged = async (): Promise<void> => {
  mkdirSync(dist, { recursive: true })
  const main = join(repository, 'package/main.ts')
  const argv = ['flock', join(dist, '.lock'), process.execPath, main, '--quick', '--into', dist] as const
  const { is, status, stderr } = await runProcess(argv, { timeoutMs: 600_000, limitBytes })
  if (is !== 'done' || status !== 0) throw new Error(`./dev package --quick: ${is} ${status}\n${stderr}`)
}

/** A copy of the executable outside of the checkout. */
export const placeExecutable = (folder: string): string => {
  const [from, to] = [join(dist, `hexis-linux-${process.arch}`), join(folder, 'hexis')]
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
  return to
}

export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Hides the checkout and every node of the machine from one program; others still see both. */
const hide = `mount -t tmpfs none "$1" && shift &&
for node in $(command -v -p node; ls /usr/local/bin/node /usr/bin/node 2>/dev/null); do
  mount --bind /dev/null "$node" || exit 99
done
cd "$1" && shift && exec "$@"`

/** Runs a program in a folder of a machine that has neither a checkout of Hexis nor Node.js. */
export const apart = async (folder: string, argv: readonly string[]): Promise<Ran> => {
  const spaces = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-r', '-m']
  const whole = [...spaces, 'sh', '-c', hide, 'sh', repository, folder, ...argv]
  const outcome = await runProcess(['env', ...whole], {
    timeoutMs: 120_000,
    limitBytes,
    env: { PATH: path, HOME: join(folder, 'home'), LC_ALL: 'C.UTF-8', USER: 'tester' },
    cwd: '/',
  })
  if (outcome.is !== 'done') throw new Error(`${argv.join(' ')}: ${outcome.is}\n${outcome.stderr}`)
  return { status: outcome.status, out: outcome.stdout.toString('utf8'), err: outcome.stderr }
}

/** The same by the sources of this checkout. */
export const fromCheckout = async (folder: string, args: readonly string[]): Promise<Ran> => {
  const argv = [process.execPath, join(repository, 'src/cli/main.ts'), ...args] as const
  const env = { PATH: path, HOME: join(folder, 'home'), LC_ALL: 'C.UTF-8', USER: 'tester' }
  const outcome = await runProcess(argv, { timeoutMs: 120_000, limitBytes, env, cwd: folder })
  return { status: outcome.status, out: outcome.stdout.toString('utf8'), err: outcome.stderr }
}
