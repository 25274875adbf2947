import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lab, type LabHost, startLab } from '../../lab/lab.ts'
import { type AgentRecord, agentRecord } from '../../src/agent/state/state.ts'
import { ownEnvironment, runProcess } from '../../src/process/run.ts'
import { dist, packaged } from '../package/packaged.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'
import { bringGit } from '../states/bring-git.ts'
import { until } from './pulling.ts'

/** Where each agent tells its metrics. */
export const metricsPort = 9470

export interface FleetOptions {
  readonly agents: number
  /** The first so many follow the branch `canary`. */
  readonly canaries: number
}

/** Real hosts that pull, one more that has the repository, and the checkout of the person who looks after them. */
export class Fleet {
  readonly lab: Lab
  readonly site: ScratchSite
  readonly names: readonly string[]
  readonly #canaries: number

  private constructor(lab: Lab, { agents, canaries }: FleetOptions) {
    this.lab = lab
    this.site = scratchSite()
    this.names = lab.hosts.slice(0, agents).map(({ name }) => name)
    this.#canaries = canaries
  }

  /** The hosts run and can read the repository; no agent is on them yet. */
  static async start(options: FleetOptions): Promise<Fleet> {
    await packaged()
    const lab = await startLab(options.agents + 1, {
      name: `fleet${process.pid}`,
      prepare: ({ root }) => {
        bringGit(root)
        for (const name of ['git-upload-pack', 'git-receive-pack']) symlinkSync('git', join(root, 'usr/bin', name))
      },
    })
    const fleet = new Fleet(lab, options)
    fleet.#giveKeys()
    fleet.#makeRepository()
    return fleet
  }

  async stop(): Promise<void> {
    this.site.dispose()
    await this.lab.stop()
  }

  /** The host that has the repository. */
  get server(): LabHost {
    const last = this.lab.hosts.at(-1)
    if (last === undefined) throw new Error('a lab has hosts')
    return last
  }

  isCanary(name: string): boolean {
    return this.names.indexOf(name) < this.#canaries
  }

  rootOf(name: string): string {
    return this.lab.hosts.find((host) => host.name === name)?.root ?? '/nowhere'
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', [...args], {
      cwd: this.site.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...ownEnvironment(),
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        GIT_SSH_COMMAND: `ssh -F ${this.lab.sshConfig}`,
      },
    }).trim()
  }

  /** Commits a config with this in `configure`, and pushes it. */
  commit(body: string, branch: string, signed = true): string {
    this.git('checkout', '--quiet', '-B', branch)
    this.site.write(this.#config(body))
    this.git('add', '--all')
    this.git('commit', '--quiet', '--allow-empty', signed ? '-S' : '--no-gpg-sign', '--message=x')
    this.git('push', '--quiet', 'origin', branch)
    return this.git('rev-parse', 'HEAD')
  }

  hexis(args: readonly string[]): Promise<Ran> {
    const env = { GIT_SSH_COMMAND: `ssh -F ${this.lab.sshConfig}` }
    return this.site.hexis(args, { timeoutMs: 240_000, env })
  }

  /** An agent on each host, by `hexis agent install`; what each of them printed. */
  install(interval: string): Promise<readonly Ran[]> {
    const { address } = this.server
    return Promise.all(
      this.names.map((name) =>
        this.hexis([
          ...['agent', 'install', name, '--repo', `ssh://root@${address}/srv/site.git`, '--yes'],
          ...['--executable', join(dist, `hexis-linux-${process.arch}`), '--allowed-signers', '.signers'],
          ...['--interval', interval, '--metrics', `0.0.0.0:${metricsPort}`, '--without-packages'],
        ]),
      ),
    )
  }

  /** What the agents wrote down, read without asking anybody: waiting is to cost nothing. */
  records(): ReadonlyMap<string, AgentRecord | undefined> {
    return new Map(
      this.names.map((name) => {
        const file = join(this.rootOf(name), 'var/lib/hexis/agent/state.json')
        return [name, existsSync(file) ? agentRecord.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined]
      }),
    )
  }

  /** Waits until it is so of every host. */
  all(what: string, isSo: (record: AgentRecord, name: string) => boolean, waitMs = 120_000): Promise<void> {
    const isSoOfAll = (): boolean =>
      [...this.records()].every(([name, record]) => record !== undefined && isSo(record, name))
    return until(what, isSoOfAll, waitMs).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await this.hexis(['fleet', 'status'])).all}`)
    })
  }

  /** What a command on a host prints, and how it ends. */
  async on(name: string, command: string): Promise<{ readonly status: number; readonly out: string }> {
    const argv = ['ssh', '-F', this.lab.sshConfig, '-o', 'ConnectTimeout=5', name, command] as const
    const { status, stdout } = await runProcess(argv, { timeoutMs: 10_000, limitBytes: 2 ** 20 })
    return { status, out: stdout.toString('utf8') }
  }

  #config(body: string): string {
    const label = (name: string): string => (this.isCanary(name) ? 'canary' : 'rest')
    return `import { defineSite } from 'hexis'
import { exec, file, health, service, unit } from 'hexis/resources'
export default defineSite({
  id: 'shop',
  hosts: {
${this.names.map((name) => `    ${name}: { labels: { ring: '${label(name)}' } },`).join('\n')}
  },
  defaults: { ssh: { configFile: '${this.lab.sshConfig}' } },
  agent: { track: { branch: 'canary', on: 'ring=canary' } },
  configure(host) {
    file('/etc/motd', { content: \`held by hexis on \${host.name}\\n\` })${body}
  },
})
`
  }

  /** One key lets agents read the repository, another one signs what they may trust. */
  #giveKeys(): void {
    const { folder } = this.site
    for (const name of ['deploy', 'signer'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, `.${name}`)])
    const keys = join(this.server.root, 'root/.ssh/authorized_keys')
    writeFileSync(keys, `${readFileSync(keys, 'utf8')}${readFileSync(join(folder, '.deploy.pub'), 'utf8')}`)
    const hostKey = readFileSync(join(this.server.root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')
    for (const name of this.names) {
      const own = join(this.rootOf(name), 'root/.ssh')
      mkdirSync(own, { recursive: true, mode: 0o700 })
      copyFileSync(join(folder, '.deploy'), join(own, 'id_ed25519'))
      writeFileSync(join(own, 'known_hosts'), `${this.server.address} ${hostKey}`)
    }
    const signer = readFileSync(join(folder, '.signer.pub'), 'utf8')
    writeFileSync(join(folder, '.signers'), `ops@example.org namespaces="git" ${signer}`)
  }

  #makeRepository(): void {
    const { folder } = this.site
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(this.server.root, 'srv/site.git')])
    writeFileSync(join(folder, '.gitignore'), '.*\n')
    this.git('init', '--quiet', '--initial-branch=main')
    for (const [name, value] of Object.entries({
      'user.name': 'ops',
      'user.email': 'ops@example.org',
      'gpg.format': 'ssh',
      'user.signingkey': join(folder, '.signer.pub'),
      'commit.gpgsign': 'true',
    }))
      this.git('config', name, value)
    this.git('remote', 'add', 'origin', `${this.server.name}:/srv/site.git`)
  }
}
