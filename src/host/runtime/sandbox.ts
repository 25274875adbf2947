import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Every shell that a managed host may have as /bin/sh; the last one finds nothing but busybox on its PATH. */
export const shells = ['dash', 'busybox ash', 'bash --posix', 'mksh', 'busybox only'] as const
export type ShellName = (typeof shells)[number]

const here = import.meta.dirname
const pathFolder = join(here, '../../states/path')
/** What a transaction of paths is made of. */
export const sources = [
  ...[
    'core',
    'transaction',
    'capture',
    'perform',
    'undo',
    'commit',
    'trial',
    'retention',
    'fsck',
    'foreign',
    'recovery',
  ].map((name) => join(here, `${name}.sh`)),
  ...['observe', 'content', 'change', 'path'].map((name) => join(pathFolder, `${name}.sh`)),
]
const runtimeText = (): string => sources.map((file) => fs.readFileSync(file, 'utf8')).join('\n')

/** One op in the words of the contract; missing fields are empty. */
export interface OpLine {
  readonly kind?: string
  readonly verb: string
  readonly id: string
  readonly before?: string
  readonly args?: string
  readonly because?: string
}

interface TransactionOptions {
  readonly onFailure?: string
  readonly ledger?: string
  /** 0: no trial. */
  readonly trySeconds?: number
  /** `GENERATIONS,DAYS,BYTES`. */
  readonly retain?: string
  readonly generation?: number
}

export const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')

const busybox = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim()

const describe = (path: Buffer): string => {
  const stat = fs.lstatSync(path)
  const base = `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid}`
  if (stat.isSymbolicLink()) return `link ${fs.readlinkSync(path)} ${stat.uid}:${stat.gid}`
  if (stat.isDirectory()) return `dir ${base}`
  if (stat.isFile()) return `file ${base} ${sha256(fs.readFileSync(path))} ${stat.mtimeMs} links=${stat.nlink}`
  return `other ${base}`
}

/** A `directory` host in a temporary folder, driven by one real shell. */
export class Sandbox {
  readonly root: string
  readonly shell: ShellName
  readonly tools: string
  readonly runtime: string
  /** `extra`: shell text that stands after the runtime's, for kinds that a sandbox has no real one of. */
  constructor(shell: ShellName, parent = tmpdir(), extra = '') {
    const folder = fs.mkdtempSync(join(parent, 'hexis-sandbox-'))
    this.shell = shell
    this.root = join(folder, 'root')
    this.tools = join(folder, 'tools')
    this.runtime = join(folder, 'runtime.sh')
    fs.mkdirSync(join(this.root, 'var/lib/hexis/blobs'), { recursive: true })
    fs.mkdirSync(this.tools)
    if (shell === 'busybox only') spawnSync('busybox', ['--install', '-s', this.tools])
    fs.writeFileSync(this.runtime, `${runtimeText()}\n${extra}\nhx_main "$@"\n`)
  }

  dispose(): void {
    fs.rmSync(join(this.root, '..'), { recursive: true, force: true })
  }

  path(name: string): string {
    return join(this.root, name)
  }

  state(name: string): string {
    return join(this.root, 'var/lib/hexis', name)
  }

  /** The tools' PATH: a folder that shadows the real ones, or busybox alone. */
  get searchPath(): string {
    if (this.shell === 'busybox only') return this.tools
    return `${this.tools}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`
  }

  get argv(): readonly [string, ...string[]] {
    if (this.shell === 'busybox only') return ['busybox', 'ash']
    const [command = 'sh', ...rest] = this.shell.split(' ')
    return [command, ...rest]
  }

  env(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HX_ROOT: this.root,
      HX_PATH: this.searchPath,
      HX_LOCK_WAIT: '0',
      SHLVL: '1',
      ...extra,
    }
  }

  main(args: readonly string[], extra: Readonly<Record<string, string>> = {}): SpawnSyncReturns<string> {
    const [command, ...rest] = this.argv
    return spawnSync(command, [...rest, this.runtime, ...args], { encoding: 'utf8', env: this.env(extra) })
  }

  /** Runs a command as a process group of its own: a shim that kills its group ends all of it. */
  groupRun(argv: readonly string[]): SpawnSyncReturns<string> {
    return spawnSync('setsid', ['-w', ...argv], { encoding: 'utf8', env: this.env() })
  }

  /** Runs shell text after the runtime's functions were read. */
  script(text: string, input = '', extra: Readonly<Record<string, string>> = {}): SpawnSyncReturns<Buffer> {
    const [command, ...rest] = this.argv
    const body = `. ${this.runtime}\nset -u\nhx_init\n${text}`
    return spawnSync(command, [...rest, '-c', body], { input, env: this.env(extra) })
  }

  blob(content: string): string {
    const name = sha256(content)
    fs.writeFileSync(this.state(`blobs/${name}`), content, { mode: 0o600 })
    return name
  }

  /** Writes a transaction directory and returns it. */
  prepare(id: string, ops: readonly OpLine[], options: TransactionOptions = {}): string {
    const dir = this.state(`journal/${id}`)
    fs.mkdirSync(dir, { recursive: true })
    fs.writeFileSync(
      join(dir, 'tx'),
      `tx/1 id=${id} site=shop runtime=none who=test onfailure=${options.onFailure ?? 'rollback'} try=${options.trySeconds ?? 0}${options.retain === undefined ? '' : ` retain=${options.retain}`}\n`,
    )
    const line = (op: OpLine, index: number): string =>
      [index + 1, op.kind ?? 'path', op.verb, op.id, op.before ?? '?', op.args ?? '', op.because ?? ''].join('\t')
    fs.writeFileSync(join(dir, 'ops'), ops.map((op, index) => `${line(op, index)}\n`).join(''))
    const number = options.generation ?? 1
    fs.writeFileSync(join(dir, 'ledger.new'), options.ledger ?? `ledger/1 site=shop generation=${number}\n`)
    fs.writeFileSync(join(dir, 'list.new'), 'steps/1\n')
    fs.writeFileSync(join(dir, 'meta.new'), `generation/1 number=${number} partial=no\n`)
    return dir
  }

  run(id: string, ops: readonly OpLine[], options: TransactionOptions = {}): readonly string[] {
    return this.main(['tx', this.prepare(id, ops, options)])
      .stdout.trimEnd()
      .split('\n')
  }

  /** Everything below the root but Hexis's own folder, by name; taken by code that shares nothing with the runtime. */
  snapshot(): Readonly<Record<string, string>> {
    const out: Record<string, string> = {}
    const walk = (name: string): void => {
      const folder = Buffer.from(this.path(name), 'latin1')
      for (const child of fs.readdirSync(folder, { encoding: 'buffer' })) {
        const at = `${name}/${child.toString('latin1')}`
        if (at === '/var') continue
        out[at] = describe(Buffer.from(this.path(at), 'latin1'))
        if (out[at].startsWith('dir')) walk(at)
      }
    }
    walk('')
    return out
  }

  /**
   * Puts a shim before every tool that changes something: the Nth call kills the whole process group, before or
   * after the tool did its work. N = 0 only counts.
   */
  killAt(point: number, when: 'before' | 'after'): void {
    const counter = join(this.tools, '..', 'calls')
    fs.writeFileSync(counter, '')
    const real = (tool: string): string =>
      this.shell === 'busybox only' ? `${busybox} ${tool}` : `PATH=/usr/sbin:/usr/bin:/sbin:/bin ${tool}`
    for (const tool of ['sync', 'mv', 'ln', 'rm', 'rmdir', 'mkdir', 'install', 'cp', 'cat', 'chmod', 'chown', 'sed']) {
      const shim = join(this.tools, tool)
      if (this.shell === 'busybox only' && !fs.existsSync(shim)) continue
      fs.rmSync(shim, { force: true })
      const count = `printf x >>'${counter}'; n=$(wc -c <'${counter}')`
      const kill = `[ "$n" -ne ${point} ] || kill -9 0`
      const body = when === 'before' ? `${kill}; ${real(tool)} "$@"` : `${real(tool)} "$@"; s=$?; ${kill}; exit $s`
      fs.writeFileSync(shim, `#!/bin/sh\n${count}; ${body}\n`, { mode: 0o755 })
    }
  }

  get calls(): number {
    return fs.statSync(join(this.tools, '..', 'calls')).size
  }

  unshim(): void {
    if (this.shell === 'busybox only') {
      fs.rmSync(this.tools, { recursive: true })
      fs.mkdirSync(this.tools)
      spawnSync('busybox', ['--install', '-s', this.tools])
    } else for (const name of fs.readdirSync(this.tools)) fs.rmSync(join(this.tools, name))
  }
}
