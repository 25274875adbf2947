import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Lab, startLab } from '../lab/lab.ts'

const repository = join(import.meta.dirname, '..')

/** Where the demo plays: a config repository and three hosts. */
export interface Stage {
  readonly folder: string
  readonly hosts: readonly string[]
  /** Are they whole systems, or folders? */
  readonly real: boolean
  /** Runs a shell command on a host, as somebody with a login would. */
  on(host: string, command: string): void
  /** Everything that a host's root holds, line by line, by a tool that shares no code with Hexis. */
  snapshot(host: string): readonly string[]
  strike(): Promise<void>
}

const names = ['web1', 'web2', 'db1'] as const

const hostsModule = (entry: (name: string, index: number) => string): string =>
  `export const hosts = {\n${names.map((name, i) => `  ${name}: { ${entry(name, i)} },`).join('\n')}\n} as const\n`

const git = (folder: string, ...args: readonly string[]): void => {
  const who = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.org']
  execFileSync('git', [...who, ...args], { cwd: folder, stdio: 'ignore' })
}

/** Records the config as it is now. */
export const commit = (folder: string, message: string): void => {
  git(folder, 'add', '-A')
  git(folder, 'commit', '-qm', message)
}

const newRepository = (hosts: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-demo-'))
  cpSync(join(import.meta.dirname, 'config'), folder, { recursive: true })
  writeFileSync(join(folder, 'hosts.ts'), hosts)
  writeFileSync(join(folder, '.gitignore'), `.hexis/\n${names.map((name) => `/${name}/\n`).join('')}`)
  git(folder, 'init', '-q')
  commit(folder, 'The shop')
  return folder
}

const snapshotOf = (root: string): readonly string[] =>
  execFileSync(join(repository, 'test/acceptance/snapshot'), [root, join(repository, 'docs/spec/residue.md')], {
    maxBuffer: 256 * 1024 * 1024,
  })
    .toString('utf8')
    .trimEnd()
    .split('\n')

/** Three Debian hosts with systemd in network namespaces of their own, reached by ssh. */
const systems = async (): Promise<Stage> => {
  const lab: Lab = await startLab(names.length, { name: `demo${process.pid}` })
  const labName = (host: string): string => `h${[...names, ''].indexOf(host) + 1}`
  const folder = newRepository(
    hostsModule(
      (name, i) =>
        `address: '${labName(name)}', ssh: { configFile: '${lab.sshConfig}' }, labels: { kind: 'system' }, vars: { workers: ${i === 1 ? 8 : 2} }`,
    ),
  )
  const on = (host: string, command: string): void => {
    execFileSync('ssh', ['-F', lab.sshConfig, labName(host), command], { stdio: 'inherit' })
  }
  return {
    folder,
    hosts: names,
    real: true,
    on,
    snapshot: (host) => {
      on(host, 'sync')
      return snapshotOf(lab.hosts.find((h) => h.name === labName(host))?.root ?? '')
    },
    strike: async () => {
      rmSync(folder, { recursive: true, force: true })
      await lab.stop()
    },
  }
}

/** Three folders in the place of hosts: no privileges needed, paths only. */
const folders = (): Stage => {
  const folder = newRepository(
    hostsModule(
      (name, i) =>
        `connection: 'directory', root: './${name}', os: 'debian/12', labels: { kind: 'folder' }, vars: { workers: ${i === 1 ? 8 : 2} }`,
    ),
  )
  for (const name of names) {
    mkdirSync(join(folder, name, 'etc'), { recursive: true })
    mkdirSync(join(folder, name, 'var/lib'), { recursive: true })
    writeFileSync(join(folder, name, 'etc/motd'), 'Welcome.\n')
    writeFileSync(join(folder, name, 'etc/hosts'), '127.0.0.1 localhost\n')
  }
  return {
    folder,
    hosts: names,
    real: false,
    on: (host, command) => {
      execFileSync('sh', ['-c', command.replaceAll(' /etc/', ` ${join(folder, host)}/etc/`)], { stdio: 'inherit' })
    },
    snapshot: (host) => snapshotOf(join(folder, host)),
    strike: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Real hosts where root can make them. */
export const setStage = (real: boolean): Promise<Stage> => (real ? systems() : Promise.resolve(folders()))
