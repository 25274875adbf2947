import { type Lab, startLab } from '../../lab/lab.ts'
import { type RunOutcome, runProcess } from '../../src/process/run.ts'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

/** Where hosts can be started at all. */
export const canStart = process.getuid?.() === 0

const limitBytes = 16 * 1024 * 1024

/** One lab and the config repositories that are tried on its hosts. */
export interface Bench {
  readonly lab: Lab
  /** A config repository for one host; `body` is the text of `configure`, its first line is line 8 of site.ts. */
  site(body: string, options?: SiteOptions): Site
  /** A command on a host, as root; throws where it fails. */
  on(host: string, command: string): Promise<string>
  /** The same, whatever its status is. */
  tryOn(host: string, command: string): Promise<RunOutcome>
  stop(): Promise<void>
}

export interface SiteOptions {
  readonly id?: string
  readonly hosts?: readonly string[]
}

export interface Site extends ScratchSite {
  /** Replaces the text of `configure`. */
  configure(body: string): void
  up(...args: readonly string[]): Promise<Ran>
}

/** The first line of `configure` in the site.ts of a bench. */
export const firstLine = 8

const siteText = (lab: Lab, id: string, hosts: readonly string[], body: string): string =>
  [
    "import { defineSite } from 'hexis'",
    "import * as r from 'hexis/resources'",
    'export default defineSite({',
    `  id: ${JSON.stringify(id)},`,
    `  hosts: { ${hosts.map((name) => `${name}: {}`).join(', ')} },`,
    `  defaults: { ssh: { configFile: ${JSON.stringify(lab.sshConfig)} } },`,
    '  async configure(host) {',
    body,
    '  },',
    '})',
    '',
  ].join('\n')

let made = 0

/** Starts a lab of its own for one test file. */
export const startBench = async (hosts: number): Promise<Bench> => {
  const lab = await startLab(hosts, { name: `faults${process.pid}` })
  const sites: ScratchSite[] = []
  const tryOn = (host: string, command: string): Promise<RunOutcome> =>
    runProcess(['ssh', '-F', lab.sshConfig, '-o', 'ConnectTimeout=5', host, command], { timeoutMs: 60_000, limitBytes })
  return {
    lab,
    tryOn,
    on: async (host, command) => {
      const ran = await tryOn(host, command)
      if (ran.is === 'done' && ran.status === 0) return ran.stdout.toString('utf8')
      throw new Error(`${command}: ${ran.is} ${ran.status}\n${ran.stdout.toString('utf8')}${ran.stderr}`)
    },
    site: (body, { id = `site${++made}`, hosts: names = ['h1'] } = {}) => {
      const scratch = scratchSite()
      sites.push(scratch)
      const configure = (text: string): void => scratch.write(siteText(lab, id, names, text))
      configure(body)
      return { ...scratch, configure, up: (...args) => scratch.hexis(['up', '--yes', ...args]) }
    },
    stop: async () => {
      for (const site of sites) site.dispose()
      await lab.stop()
    },
  }
}
