import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { bashCompletion } from '../src/cli/completion/bash.ts'
import { fishCompletion } from '../src/cli/completion/fish.ts'
import { zshCompletion } from '../src/cli/completion/zsh.ts'
import { commands } from '../src/cli/table/table.ts'
import { manual } from './man.ts'
import type { Arch } from './node-binary.ts'
import { commitTime, repository, version } from './repository.ts'

const run = promisify(execFile)

export const debianArch: Readonly<Record<Arch, string>> = { x64: 'amd64', arm64: 'arm64' }

const control = (arch: Arch, sizeBytes: number): string => `Package: hexis
Version: ${version}
Architecture: ${debianArch[arch]}
Maintainer: The authors of Hexis <hexis@invalid>
Installed-Size: ${Math.ceil(sizeBytes / 1024)}
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 9)
Recommends: git, openssh-client
Section: admin
Priority: optional
Description: configuration management that can take every change back
 Machines are described in typed TypeScript or YAML. Hexis shows what it would
 change, carries it out under a journal as one transaction, and can bring back
 any earlier generation, and the host as it was before Hexis.
 .
 This package brings the command line and the agent for machines that hold
 themselves at a commit. It enables and starts nothing.
`

const compressed = (text: string | Buffer): Buffer => gzipSync(text, { level: 9 })

const own = (path: string): Buffer => readFileSync(join(repository, path))

/** Everything but the executable, by its path in the package. */
const texts = (licences: string): ReadonlyMap<string, string | Buffer> => {
  const day = new Date(Number(commitTime()) * 1000).toISOString().slice(0, 10)
  return new Map<string, string | Buffer>([
    ['usr/lib/systemd/system/hexis-agent.service', own('package/debian/hexis-agent.service')],
    ['usr/share/hexis/monitoring/alerts.yaml', own('monitoring/alerts.yaml')],
    ['usr/share/hexis/monitoring/dashboard.json', own('monitoring/dashboard.json')],
    ['usr/share/man/man1/hexis.1.gz', compressed(manual(version, day))],
    ['usr/share/bash-completion/completions/hexis', bashCompletion(commands)],
    ['usr/share/zsh/vendor-completions/_hexis', zshCompletion(commands)],
    ['usr/share/fish/vendor_completions.d/hexis.fish', fishCompletion(commands)],
    ['usr/share/doc/hexis/changelog.gz', compressed(own('CHANGELOG.md'))],
    ['usr/share/doc/hexis/copyright', licences],
  ])
}

const put = (file: string, content: string | Buffer, mode: number): void => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, mode)
}

export interface DebOptions {
  readonly arch: Arch
  readonly executable: string
  readonly licences: string
  /** Packs at once, into a larger file. */
  readonly quick: boolean
}

/** Makes a .deb of an executable; `folder` is a place to work in. */
export const makeDeb = async (options: DebOptions, folder: string, out: string): Promise<void> => {
  const { arch, executable, licences, quick } = options
  const root = join(folder, `deb-${arch}`)
  for (const [path, content] of texts(licences)) put(join(root, path), content, 0o644)
  mkdirSync(join(root, 'usr/bin'), { recursive: true })
  copyFileSync(executable, join(root, 'usr/bin/hexis'))
  const sizes = globSync('**/*', { cwd: root }).map((path) => statSync(join(root, path)).size)
  put(
    join(root, 'DEBIAN/control'),
    control(
      arch,
      sizes.reduce((sum, size) => sum + size, 0),
    ),
    0o644,
  )
  for (const script of ['postinst', 'prerm', 'postrm'])
    put(join(root, 'DEBIAN', script), own(`package/debian/${script}`), 0o755)
  // Whatever the umask is here.
  for (const path of ['', ...globSync('**/', { cwd: root })]) chmodSync(join(root, path), 0o755)
  // More effort than this takes minutes and saves a tenth.
  const packing = quick ? ['-Zgzip', '-z1'] : ['-Zxz', '-z1']
  await run('dpkg-deb', ['--root-owner-group', ...packing, '--build', root, out], {
    env: { ...process.env, SOURCE_DATE_EPOCH: commitTime() },
  })
}
