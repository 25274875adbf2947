import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { cached } from '../../lab/cache.ts'
import { tool } from '../../lab/run.ts'

/** A kernel and what a guest starts from. */
export interface Machine {
  readonly kernel: string
  readonly initrd: string
}

/** What the runtime may need of a host, as Debian has it. */
const gnuTools = [
  ...[
    'dash',
    'stat',
    'sha256sum',
    'sync',
    'mv',
    'ln',
    'rm',
    'rmdir',
    'mkdir',
    'install',
    'cp',
    'cat',
    'chmod',
    'chown',
  ],
  ...[
    'sed',
    'awk',
    'grep',
    'sort',
    'find',
    'xargs',
    'mktemp',
    'readlink',
    'tr',
    'cut',
    'head',
    'tail',
    'wc',
    'dd',
    'df',
  ],
  ...['date', 'id', 'touch', 'uname', 'sleep', 'env', 'ls', 'od', 'base64', 'dirname', 'basename', 'flock', 'setsid'],
  ...[
    'comm',
    'join',
    'paste',
    'tee',
    'expr',
    'test',
    'true',
    'false',
    'kill',
    'ps',
    'mkfifo',
    'timeout',
    'nohup',
    'du',
  ],
]

/** Modules in the order in which they have to be put in. */
const wanted = ['virtio_pci', 'virtio_blk', 'crc32c_generic', 'ext4', 'xfs']

const modulesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ko'))
      .map((name) => [basename(name, '.ko').replaceAll('-', '_'), join(folder, name)]),
  )

/** A module's own `depends=`, from its `.modinfo` section. */
const dependsOf = (file: string): readonly string[] =>
  (/\0depends=([^\0]*)\0/.exec(readFileSync(file, 'latin1'))?.[1] ?? '')
    .split(',')
    .filter((name) => name !== '')
    .map((name) => name.replaceAll('-', '_'))

const ordered = (names: readonly string[], files: ReadonlyMap<string, string>): readonly string[] => {
  const out: string[] = []
  const visit = (name: string): void => {
    const file = files.get(name)
    // Not there: it is a part of the kernel.
    if (file === undefined || out.includes(file)) return
    for (const before of dependsOf(file)) visit(before)
    out.push(file)
  }
  for (const name of names) visit(name)
  return out
}

/** Copies a program and its libraries. */
export const copyProgram = (program: string, into: string, tree: string): void => {
  const at = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  }).stdout.trim()
  if (!at.startsWith('/')) return
  mkdirSync(join(tree, into), { recursive: true })
  copyFileSync(at, join(tree, into, basename(program)))
  for (const [library] of spawnSync('ldd', [at], { encoding: 'utf8' }).stdout.matchAll(/\/[^\s)]+/g)) {
    if (!existsSync(library) || existsSync(join(tree, library))) continue
    mkdirSync(join(tree, dirname(library)), { recursive: true })
    copyFileSync(library, join(tree, library))
  }
}

/** Debian's kernel for virtual machines, unpacked from its package, not installed. */
export const kernelFolder = (): Promise<string> =>
  cached('kernel-cloud-amd64', async (folder) => {
    mkdirSync(folder, { recursive: true })
    const depends = await tool(['apt-cache', 'depends', 'linux-image-cloud-amd64'])
    const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1]
    if (name === undefined) throw new Error('no package linux-image-cloud-amd64 is known: run apt-get update')
    const unpack = 'cd "$1" && apt-get download -q "$2" && dpkg-deb -x ./*.deb . && rm ./*.deb'
    await tool(['sh', '-c', unpack, 'sh', folder, name], { timeoutMs: 300_000 })
  })

/** Builds what every guest starts from. `runtime` is the text of the runtime that is tried. */
export const buildMachine = async (folder: string, runtime: string): Promise<Machine> => {
  const kernel = await kernelFolder()
  const tree = join(folder, 'initrd')
  rmSync(tree, { recursive: true, force: true })
  for (const name of ['bin', 'modules', 'hexis']) mkdirSync(join(tree, name), { recursive: true })
  copyProgram('busybox', 'bin', tree)
  for (const name of gnuTools) copyProgram(name, 'gnu', tree)
  for (const name of ['e2fsck', 'xfs_repair']) copyProgram(name, 'check', tree)
  const files = ordered(wanted, modulesIn(join(kernel, 'lib/modules')))
  for (const file of files) copyFileSync(file, join(tree, 'modules', basename(file)))
  writeFileSync(join(tree, 'modules/order'), files.map((file) => `${basename(file)}\n`).join(''))
  writeFileSync(join(tree, 'hexis/runtime.sh'), runtime)
  cpSync(join(import.meta.dirname, 'guest.sh'), join(tree, 'init'))
  const initrd = join(folder, 'initrd.cpio')
  const pack = 'chmod 0755 "$1/init" && cd "$1" && find . | busybox cpio -o -H newc >"$2" 2>/dev/null'
  await tool(['sh', '-c', pack, 'sh', tree, initrd])
  rmSync(tree, { recursive: true })
  const image = readdirSync(join(kernel, 'boot')).find((name) => name.startsWith('vmlinuz'))
  if (image === undefined) throw new Error('the package of the kernel holds no vmlinuz')
  return { kernel: join(kernel, 'boot', image), initrd }
}

/** A guest that runs. */
export interface Guest {
  /** The lines that it told, without `HX `. */
  readonly told: () => readonly string[]
  /** All of its console, for when something is wrong. */
  readonly console: () => string
  /** Resolves when it tells that line; rejects when it ends or `timeoutMs` pass before. */
  until(line: string, timeoutMs: number): Promise<void>
  readonly ended: Promise<void>
  /** SIGKILL: everything that was only in its memory is gone. */
  cut(): void
}

/** Starts a guest; `parameters` reach its first process as environment. */
export const boot = (
  machine: Machine,
  disks: readonly string[],
  parameters: Readonly<Record<string, string>>,
): Guest => {
  const words = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  const child = spawn(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg', '-cpu', 'max', '-smp', '1', '-m', '384', '-nodefaults', '-display', 'none', '-no-reboot'],
      ...['-kernel', machine.kernel, '-initrd', machine.initrd, '-serial', 'stdio'],
      ...['-append', ['console=ttyS0', 'quiet', 'panic=-1', 'mitigations=off', ...words].join(' ')],
      ...disks.flatMap((file) => ['-drive', `file=${file},format=raw,if=virtio,cache=writeback`]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let text = ''
  const waiting = new Set<() => void>()
  const hear = (chunk: Buffer): void => {
    text += chunk.toString('latin1')
    for (const look of waiting) look()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const told = (): readonly string[] => [...text.matchAll(/^HX (.*?)\r?$/gm)].map(([, line]) => line ?? '')
  return {
    told,
    console: () => text,
    ended,
    until: (line, timeoutMs) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          waiting.delete(look)
          clearTimeout(timer)
        }
        const look = (): void => {
          if (!told().includes(line)) return
          stop()
          resolve()
        }
        const fail = (why: string): void => {
          stop()
          reject(new Error(`the guest ${why} before '${line}':\n${text.slice(-2000)}`))
        }
        const timer = setTimeout(() => fail(`took over ${timeoutMs / 1000} s`), timeoutMs)
        waiting.add(look)
        look()
        ended.then(() => (told().includes(line) ? undefined : fail('ended')))
      }),
    cut: () => child.kill('SIGKILL'),
  }
}
