import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { abort, promote } from '../../agent/fleet/promote.ts'
import { fleetRepository } from '../../agent/fleet/repository.ts'
import { type FleetHost, fleetHost, fleetStatus } from '../../agent/fleet/status.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import type { Action, Context, Invocation } from '../command.ts'
import { contactOptions, requireConsent } from '../engine-run.ts'
import { type Exit, exits } from '../exit.ts'
import { inertLines } from '../inert.ts'
import type { Site } from '../ports.ts'
import { askYesNo } from '../prompt.ts'
import { renderFleet } from '../view/fleet.ts'
import { printJson, withSite } from '../with-site.ts'

const defaultSoakMs = 600_000
const defaultWaitMs = 900_000

const recordText = (folder: string, host: string): string => {
  try {
    return readFileSync(join(folder, `${host}.json`), 'utf8')
  } catch {
    return ''
  }
}

const asked = async (site: Site, invocation: Invocation, context: Context): Promise<readonly FleetHost[]> => {
  const selector = invocation.text('on')
  const parallel = invocation.count('parallel')
  const hosts = (await site.hosts(selector)).map(({ name }) => name)
  const from = invocation.text('from')
  if (from !== undefined) return hosts.map((host) => fleetHost(host, recordText(resolve(context.cwd, from), host)))
  return fleetStatus(site.engine, hosts, {
    ...contactOptions(context),
    ...(selector === undefined ? {} : { selector }),
    ...(parallel === undefined ? {} : { parallel }),
  })
}

const well: ReadonlySet<string> = new Set(['ok', 'drift', 'frozen'])

const exitOf = (fleet: readonly FleetHost[]): Exit => {
  if (fleet.some(({ is, record }) => is === 'unreadable' || (record !== undefined && !well.has(record.state))))
    return exits.failed
  return fleet.some(({ is }) => is === 'unreachable') ? exits.unreachable : exits.converged
}

const status = async (site: Site, invocation: Invocation, context: Context): Promise<Exit> => {
  const fleet = await asked(site, invocation, context)
  if (context.globals.json)
    printJson(
      {
        site: site.id,
        hosts: Object.fromEntries(
          fleet.map(({ host, is, record, because }) => [
            host,
            { is, ...(because === undefined ? {} : { because }), ...(record === undefined ? {} : { record }) },
          ]),
        ),
      },
      context,
    )
  else context.output.out(renderFleet(fleet, Date.now() / 1000))
  return exitOf(fleet)
}

const moved = async (
  verb: 'promote' | 'abort',
  site: Site,
  invocation: Invocation,
  context: Context,
): Promise<Exit> => {
  const branch = invocation.args[1] ?? 'canary'
  const into = invocation.text('into') ?? 'main'
  const repository = fleetRepository(site.root, invocation.text('remote') ?? 'origin')
  if (!invocation.flag('yes')) {
    const question =
      verb === 'promote' ? `Bring all hosts of ${into} to what the canaries on ${branch} have?` : `Put ${branch} back?`
    const answer = await askYesNo(question, context.output)
    if (answer !== 'yes') return answer === 'no' ? exits.pending : exits.interrupted
  }
  const say = (line: string): void => context.output.err(`${inertLines(line)}\n`)
  const commit =
    verb === 'abort'
      ? await abort(repository, branch, into, invocation.text('why') ?? 'the canaries were put back')
      : await promote({
          branch,
          into,
          soakMs: invocation.count('soak') ?? defaultSoakMs,
          waitMs: invocation.count('wait') ?? defaultWaitMs,
          repository,
          status: () => asked(site, invocation, context),
          say,
          signal: context.signal,
        })
  const target = verb === 'promote' ? into : branch
  if (context.globals.json) printJson({ branch: target, ...(commit === undefined ? {} : { commit }) }, context)
  else
    context.output.out(
      commit === undefined
        ? `${into} and ${branch} have the same commit: nothing to do\n`
        : `${target} is on ${commit.slice(0, 12)} now; agents follow at their next look\n`,
    )
  return exits.converged
}

export const action: Action = (invocation, context) => {
  const [verb = ''] = invocation.args
  if (verb !== 'status') requireConsent(invocation, context)
  return withSite(context, async (site) => {
    if (verb === 'status') return status(site, invocation, context)
    try {
      return await moved(verb === 'abort' ? 'abort' : 'promote', site, invocation, context)
    } catch (error) {
      if (!(error instanceof DiagnosticError) || error.diagnostics[0]?.code !== 'not-promoted') throw error
      const { showDiagnostics } = await import('../with-site.ts')
      showDiagnostics(error.diagnostics, site.root, context)
      return exits.failed
    }
  })
}
