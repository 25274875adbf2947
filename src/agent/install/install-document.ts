import { basename } from 'node:path'
import type { HostDocument, Json, Resource } from '../../document/document.ts'
import { textsBeside } from '../../text/index.ts'
import { settingsFile } from '../settings.ts'

/** What an agent is installed with. */
export interface AgentInstallation {
  /** The single executable for that machine, as a path here. */
  readonly executable: string
  readonly repository: string
  readonly branch: string
  /** A path of the config inside of the repository. */
  readonly config?: string
  /** How often it looks; hosts are spread over a fifth of that. */
  readonly intervalSeconds?: number
  /** Where metrics are told over HTTP. */
  readonly listen?: string
  /** The text of a file of OpenSSH allowed signers. */
  readonly allowedSigners?: string
  /** False: git is there, or comes by other means. */
  readonly packages: boolean
}

/** The scope in which an installed agent is owned on its host, apart from all that the agent itself does there. */
export const installSite = 'hexis-agent'

/** Where the executable goes: beside one that a package of the distribution may bring. */
const executablePath = '/usr/local/bin/hexis'
const signersPath = '/etc/hexis/allowed_signers'

const packagedUnit = (): string => {
  const [unit] = textsBeside(import.meta.dirname, '../../../package/debian/hexis-agent.service')
  if (unit === undefined) throw new Error('Hexis lacks the unit of its agent')
  return unit[1]
}

/** As the settings have it; without an interval they have their own. */
const spread = (seconds: number | undefined): { readonly interval?: string; readonly jitter?: string } =>
  seconds === undefined ? {} : { interval: `${seconds}s`, jitter: `${Math.ceil(seconds / 5)}s` }

const settings = (host: string, given: AgentInstallation): string =>
  `${JSON.stringify(
    {
      repository: given.repository,
      branch: given.branch,
      host,
      ...(given.config === undefined ? {} : { config: given.config }),
      ...spread(given.intervalSeconds),
      ...(given.listen === undefined ? {} : { metrics: { listen: given.listen } }),
      ...(given.allowedSigners === undefined ? {} : { allowedSigners: signersPath }),
    },
    null,
    2,
  )}\n`

/**
 * An installed agent as a document of its own site: what brings it is an ordinary run with a plan, a journal and a way
 * back. The executable is found beside `root`, the folder that it lies in.
 */
export const installDocument = (host: string, given: AgentInstallation): HostDocument => {
  const one = (type: string, id: string, props: Record<string, Json>, more: Partial<Resource> = {}): Resource => ({
    type,
    id,
    props,
    source: { file: 'hexis agent install', line: 1, column: 1 },
    ...more,
  })
  const settled: Resource[] = [
    one('directory', '/etc/hexis', { owner: 'root', group: 'root', mode: '0755' }),
    one('file', settingsFile, { content: settings(host, given), owner: 'root', group: 'root', mode: '0644' }),
  ]
  if (given.allowedSigners !== undefined)
    settled.push(
      one('file', signersPath, { content: given.allowedSigners, owner: 'root', group: 'root', mode: '0644' }),
    )
  const service = 'hexis-agent'
  return {
    format: 'document/1',
    site: installSite,
    host,
    resources: [
      ...(given.packages ? ['git', 'openssh-client'].map((name) => one('package', name, {})) : []),
      one('file', executablePath, {
        source: basename(given.executable),
        owner: 'root',
        group: 'root',
        mode: '0755',
      }),
      ...settled,
      one('unit', `${service}.service`, { content: packagedUnit().replaceAll('/usr/bin/hexis', executablePath) }),
      one(
        'service',
        service,
        { enabled: true, running: true },
        { restartOn: [`file:${executablePath}`, ...settled.slice(1).map(({ type, id }) => `${type}:${id}`)] },
      ),
    ],
  }
}
