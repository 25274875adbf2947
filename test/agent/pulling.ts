import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askAgent } from '../../src/agent/control/client.ts'
import { order } from '../../src/agent/orders/orders.ts'
import type { AgentRecord } from '../../src/agent/state/state.ts'
import { ownEnvironment, runProcess } from '../../src/process/run.ts'
import { type Running, startProcess } from '../../src/process/start.ts'

const hexisBin = join(import.meta.dirname, '../../bin/hexis')
const limitBytes = 16 * 1024 * 1024

/** Holds until it is so, looking again and again; fails with what it waited for. */
export const until = async (what: string, isSo: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> => {
  const end = Date.now() + ms
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${ms / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export interface Said {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** A folder that an agent holds on the commits of a repository beside it, used by the command line. */
export class Pulling {
  readonly folder = mkdtempSync(join(tmpdir(), 'hexis-agent-'))
  readonly box = join(this.folder, 'box')
  readonly origin = join(this.folder, 'origin')
  readonly settings: Record<string, unknown>
  #agent: Running | undefined
  log = ''

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    // The config is evaluated by somebody who may not see the folders of tests; others are to be let through.
    chmodSync(this.folder, 0o755)
    mkdirSync(this.box)
    mkdirSync(this.origin)
    this.git('init', '--quiet', '--initial-branch=main')
    this.settings = {
      repository: this.origin,
      host: 'box',
      interval: '1h',
      jitter: '1ms',
      state: join(this.box, 'var/lib/hexis/agent'),
      run: join(this.folder, 'run'),
      ...settings,
    }
    this.configure({})
  }

  configure(settings: Readonly<Record<string, unknown>>): void {
    writeFileSync(join(this.folder, 'agent.json'), JSON.stringify({ ...this.settings, ...settings }))
  }

  git(...args: readonly string[]): string {
    const env = { ...ownEnvironment(), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
    const argv = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]
    return execFileSync('git', argv, { cwd: this.origin, env, encoding: 'utf8' }).trim()
  }

  /** A commit in which `configure` of the one host is this text; `site` stands beside it. */
  commit(configure: string, site = ''): string {
    const text = `import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({
  id: 'pulled',
  hosts: { box: { connection: 'directory', root: '${this.box}', os: 'debian/12', labels: { ring: 'canary' } } },
  ${site}
  async configure(host) {
${configure}
  },
})
`
    writeFileSync(join(this.origin, 'site.ts'), text)
    this.git('add', '--all')
    this.git('commit', '--quiet', '--allow-empty', '--message=x')
    return this.git('rev-parse', 'HEAD')
  }

  /** `hexis ARGS`, started otherwise where `as` says so. */
  async hexis(args: readonly string[], as: readonly string[] = []): Promise<Said> {
    const [program, ...rest] = [...as, hexisBin, ...args]
    const outcome = await runProcess([program ?? hexisBin, ...rest], {
      timeoutMs: 100_000,
      limitBytes,
      cwd: this.folder,
      env: { ...ownEnvironment(), XDG_CACHE_HOME: join(this.folder, 'cache'), NO_COLOR: '1' },
    })
    return { status: outcome.status, out: outcome.stdout.toString('utf8'), err: outcome.stderr }
  }

  agent(verb: string, ...args: readonly string[]): Promise<Said> {
    return this.hexis(['agent', verb, ...args, '--settings', join(this.folder, 'agent.json')])
  }

  /** An order, and what the agent knows afterwards. */
  async ask(verb: string, ...args: readonly string[]): Promise<AgentRecord> {
    // Spares the start of a program; the command line itself is asked where an order says more.
    if (args.length === 0 && this.#agent !== undefined)
      return askAgent(String(this.settings.run), order.parse({ verb }))
    const { out, err } = await this.agent(verb, ...args, '--json')
    const said: unknown = out === '' ? undefined : JSON.parse(out)
    if (typeof said !== 'object' || said === null || !('format' in said)) throw new Error(`${verb}: ${out}${err}`)
    return said as AgentRecord
  }

  async start(): Promise<void> {
    const running = startProcess([hexisBin, 'agent', 'run', '--settings', join(this.folder, 'agent.json')], {
      env: { ...ownEnvironment(), NO_COLOR: '1' },
    })
    const before = this.record?.attemptAt ?? 0
    running.stderr.on('data', (chunk: Buffer) => {
      this.log += chunk.toString('utf8')
    })
    running.stdout.resume()
    this.#agent = running
    const isUp = (): boolean =>
      existsSync(join(this.folder, 'run/agent.sock')) && (this.record?.attemptAt ?? 0) >= before
    await until('the agent is up', async () => isUp() && (await this.agent('status')).err === '')
  }

  /** What lies on the disk. */
  get record(): AgentRecord | undefined {
    const file = join(String(this.settings.state), 'state.json')
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as AgentRecord) : undefined
  }

  read(path: string): string | undefined {
    const file = join(this.box, path)
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.box, path), text)
  }

  /** Of the agent itself: what starts it is a shell. */
  pid(): number {
    const found = spawnSync('pgrep', ['-f', `agent run --settings ${this.folder}/`], { encoding: 'utf8' })
    const pid = Number(found.stdout.split('\n')[0])
    if (!Number.isInteger(pid) || pid === 0) throw new Error('no agent runs')
    return pid
  }

  signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGHUP'): void {
    process.kill(this.pid(), signal)
  }

  async end(how: 'term' | 'kill'): Promise<number | string> {
    const agent = this.#agent
    if (agent === undefined) throw new Error('no agent runs')
    this.signal(how === 'term' ? 'SIGTERM' : 'SIGKILL')
    const ended = await agent.ended
    this.#agent = undefined
    return ended.is === 'exited' ? ended.status : ended.is === 'killed' ? ended.signal : ended.why
  }

  async dispose(): Promise<void> {
    this.#agent?.kill()
    await this.#agent?.ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}
