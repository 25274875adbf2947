import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { debianRoot } from '../../lab/base.ts'
import { runtimeText } from '../../src/host/runtime-text.ts'

/** Shells that a managed host may have as /bin/sh; the last one finds nothing but busybox on its PATH. */
export const shells = ['dash', 'busybox ash', 'bash --posix', 'mksh'] as const
export type Shell = (typeof shells)[number] | 'busybox only'

export type Kind =
  | 'user'
  | 'group'
  | 'package'
  | 'unit'
  | 'hostname'
  | 'sysctl'
  | 'exec'
  | 'alternative'
  | 'diversion'
  | 'debconf'
  | 'postgres'
  | 'mysql'

/** The lab's base: a small Debian, made once and kept outside the work tree. Nothing where nothing can be tried. */
const base: readonly string[] = process.getuid?.() === 0 ? [await debianRoot()] : []

export interface Applied {
  readonly status: number
  readonly error: string
  readonly notes: readonly string[]
  /** Numbers of the completed lines. */
  readonly did: readonly number[]
}

export interface ApplyOptions {
  readonly undo?: boolean
  readonly transaction?: string
  /** Shell text to run just before. */
  readonly before?: string
}

/** One throwaway machine: an overlay over the base, entered by chroot(8), driven by one real shell. */
export class Root {
  readonly folder: string
  readonly path: string
  shell: Shell

  /** `layers`: what it lies over, upmost first, as `baseLayers` of the lab answers for another system. */
  constructor(shell: Shell = 'dash', layers: readonly string[] = base) {
    this.shell = shell
    this.folder = fs.mkdtempSync(join(tmpdir(), 'hexis-root-'))
    this.path = join(this.folder, 'root')
    for (const name of ['root', 'upper', 'work']) fs.mkdirSync(join(this.folder, name), { mode: 0o755 })
    const lower = `lowerdir=${layers.join(':')}`
    const options = `${lower},upperdir=${join(this.folder, 'upper')},workdir=${join(this.folder, 'work')}`
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, this.path])
    for (const [name, minor] of [
      ['null', 3],
      ['zero', 5],
      ['full', 7],
      ['random', 8],
      ['urandom', 9],
    ] as const) {
      const node = join(this.path, 'dev', name)
      if (!fs.existsSync(node)) execFileSync('mknod', ['-m', '666', node, 'c', '1', String(minor)])
    }
    for (const tool of ['busybox', 'mksh']) {
      const at = join(this.path, 'usr/bin', tool)
      if (!fs.existsSync(at)) fs.copyFileSync(fs.realpathSync(`/usr/bin/${tool}`), at)
      fs.chmodSync(at, 0o755)
    }
    fs.mkdirSync(join(this.path, 'var/lib/hexis/blobs'), { recursive: true, mode: 0o700 })
    fs.mkdirSync(join(this.path, 'opt/bb'))
    execFileSync('chroot', [this.path, '/usr/bin/busybox', '--install', '-s', '/opt/bb'])
    fs.writeFileSync(join(this.path, 'hx.sh'), runtimeText().text)
  }

  /** How to run a command inside. */
  enter(): readonly [string, ...string[]] {
    const proc = join(this.path, 'proc')
    if (fs.readdirSync(proc).length === 0) execFileSync('mount', ['-t', 'proc', 'proc', proc])
    return ['chroot', this.path]
  }

  dispose(): void {
    spawnSync('umount', ['-l', join(this.path, 'proc')], { stdio: 'ignore' })
    spawnSync('umount', ['-l', this.path])
    fs.rmSync(this.folder, { recursive: true, force: true })
  }

  /** A command line inside, by the root's own shell; its standard output. Throws where it fails. */
  run(command: string, input = ''): string {
    const [program, ...prefix] = this.enter()
    return execFileSync(program, [...prefix, '/bin/sh', '-c', command], {
      encoding: 'utf8',
      input,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  read(path: string): string {
    return fs.readFileSync(join(this.path, path), 'utf8')
  }

  write(path: string, text: string, mode = 0o644): void {
    fs.mkdirSync(join(this.path, path, '..'), { recursive: true })
    fs.writeFileSync(join(this.path, path), text, { mode })
  }

  exists(path: string): boolean {
    return fs.existsSync(join(this.path, path))
  }

  /** Text of the runtime's language, run after the runtime was read. */
  script(text: string, input = ''): { readonly status: number; readonly stdout: string; readonly stderr: string } {
    const only = this.shell === 'busybox only'
    const argv = only ? ['/opt/bb/sh'] : this.shell.split(' ')
    const path = only ? 'HX_PATH=/opt/bb; ' : ''
    const body = `set -u; ${path}. /hx.sh; hx_init; ${text}`
    const [program, ...prefix] = this.enter()
    const result = spawnSync(program, [...prefix, ...argv, '-c', body], {
      encoding: 'utf8',
      input,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      timeout: 120_000,
    })
    return { status: result.status ?? -1, stdout: result.stdout, stderr: result.stderr }
  }

  observe(kind: Kind, ids: readonly string[]): Record<string, string> {
    const result = this.script(`hx_observe_${kind}`, ids.map((id) => `${id}\n`).join(''))
    if (result.status !== 0 || result.stderr !== '') throw new Error(`observe ${kind}: ${result.stderr}`)
    return Object.fromEntries(
      result.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t') as [string, string]),
    )
  }

  /** What a run with these lines would bring along, as the host answers a plan. */
  foresee(steps: readonly string[]): readonly string[] {
    const parsed = steps.map((step) => /^(\S+) (\S+) ?(.*)$/.exec(step) ?? [])
    const now = this.observe('package', [...new Set(parsed.map((p) => p[2] ?? ''))])
    const lines = parsed.map((p, i) => `${i + 1}\tpackage\t${p[1]}\t${p[2]}\t${now[p[2] ?? '']}\t${p[3]}\t\n`)
    const { status, stdout, stderr } = this.script('hx_foresee_package', lines.join(''))
    if (status !== 0 || stderr !== '') throw new Error(`foresee: status ${status}: ${stderr}`)
    return stdout.split('\n').filter((line) => line !== '')
  }

  /** Lines `VERB target name=value…`, numbered from 1, with what is there now as the state before. */
  apply(kind: Kind, steps: readonly string[], options: ApplyOptions = {}): Applied {
    const parsed = steps.map((step) => /^(\S+) (\S+) ?(.*)$/.exec(step) ?? [])
    const observable = kind !== 'exec'
    const now = observable ? this.observe(kind, [...new Set(parsed.map((p) => p[2] ?? ''))]) : {}
    const lines = parsed.map((p, i) => `${i + 1}\t${p[1]}\t${p[2]}\t${now[p[2] ?? ''] ?? 'type=act'}\t${p[3]}\n`)
    const dir = '/var/lib/hexis/journal/t1'
    this.write(`${dir}/ops`, lines.join(''))
    for (const name of ['did', 'notes']) fs.rmSync(join(this.path, dir, name), { force: true })
    const tx = options.transaction ?? 't1'
    const result = this.script(
      `HX_TX=${tx}; HX_UNDO=${options.undo ? 'yes' : 'no'}; HX_DIR=${dir}; HX_NOTES=${dir}/notes; HX_DID=${dir}/did; ` +
        `cd /; ${options.before ?? ''} hx_apply_${kind} ${dir}/ops`,
    )
    const list = (name: string): string[] =>
      this.exists(`${dir}/${name}`)
        ? this.read(`${dir}/${name}`)
            .split('\n')
            .filter((l) => l !== '')
        : []
    return {
      status: result.status,
      error: result.stderr,
      notes: list('notes').map((n) => decodeURIComponent(n.replace(/^note /, ''))),
      did: list('did').map(Number),
    }
  }
}
