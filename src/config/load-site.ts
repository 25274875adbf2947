import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic, Source } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { nearestHint } from '../diagnostics/nearest.ts'
import { buildInventory } from '../inventory/build.ts'
import { siteId } from '../inventory/declaration.ts'
import { hostNamed } from '../inventory/select.ts'
import { agentChoice } from './agent.ts'
import { evaluateHost } from './evaluate.ts'
import { isAncestor, revisionOf } from './git.ts'
import { hostForConfigure } from './host.ts'
import type { LoadedConfig } from './loaded.ts'
import { locateInModule } from './locate.ts'
import { freshAddress } from './module-hooks.ts'
import { nativeImport } from './native-import.ts'
import { ownProfiles } from './own-profiles.ts'
import { retentionOf } from './retention.ts'
import type { WrittenSite } from './site.ts'
import { writtenSite } from './site.ts'

const properties = [
  'id',
  'hosts',
  'sources',
  'groups',
  'defaults',
  'profiles',
  'retention',
  'agent',
  'configure',
] as const

const fail = (code: DiagnosticCode, summary: string, hint: string | undefined, source: Source | undefined): never => {
  const diagnostic: Diagnostic = { severity: 'error', code, summary }
  throw new DiagnosticError({
    ...diagnostic,
    ...(hint === undefined ? {} : { hint }),
    ...(source === undefined ? {} : { source }),
  })
}

/** Loads a `site.ts` by Node's own `import()`; every load reads its modules anew. */
export const loadSite = async (file: string, root: string): Promise<LoadedConfig> => {
  const revision = revisionOf(root)
  const module = await nativeImport(freshAddress(file))
  const site = writtenSite(module.default)
  if (site === undefined) {
    const hint = `Write: export default defineSite({ id: '…', hosts: { … }, configure(host) { … } })`
    return fail('no-site', 'the config does not export a site', hint, { file, line: 1, column: 1 })
  }
  const locate = locateInModule(site.definedAt)
  const { id, configure, sources, hosts, groups, defaults, profiles, retention, agent } = site.declaration
  for (const name of Object.keys(site.declaration)) {
    if (properties.some((known) => known === name)) continue
    fail('unknown-property', `unknown property '${name}' of defineSite`, nearestHint(name, properties), locate([name]))
  }
  const checked = siteId.safeParse(id)
  if (!checked.success) {
    return fail(
      'bad-site-id',
      'id must be at most 63 small letters, digits and dashes',
      'hexis init writes one.',
      locate(['id']),
    )
  }
  if (typeof configure !== 'function') {
    return fail('wrong-type', 'configure must be a function of the host', undefined, locate(['configure']))
  }
  const inventory = buildInventory(
    { hosts: await allHosts(sources, hosts, site), groups: groups ?? {}, defaults: defaults ?? {} },
    { configRoot: root, locate },
  )
  const choice = agentChoice(agent, inventory, locate)
  return {
    root,
    file,
    siteId: checked.data,
    inventory,
    profiles: ownProfiles(profiles, locate(['profiles'])),
    retention: retentionOf(retention, locate),
    ...(await revision),
    isAncestor: (earlier, later) => isAncestor(root, earlier, later),
    agent: choice,
    evaluate: async (name, facts) => {
      const host = hostForConfigure(hostNamed(inventory, name), inventory, facts)
      const definedAt = site.definedAt === undefined ? {} : { definedAt: site.definedAt }
      return evaluateHost({ site: checked.data, host: name, root, ...definedAt }, () =>
        configure.call(site.declaration, host),
      )
    },
  }
}

type HostRecord = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is HostRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Hosts as written, then those that programs make. A name that two places declare is an error: neither is lost silently.
 */
const allHosts = async (sources: unknown, written: unknown, site: WrittenSite): Promise<unknown> => {
  const wrong = (summary: string): never => fail('bad-source', summary, undefined, site.definedAt)
  if (sources === undefined) return written ?? {}
  if (!Array.isArray(sources)) return wrong('sources must be a list')
  const found: Record<string, unknown> = {}
  for (const source of sources) {
    if (!isRecord(source) || typeof source.hosts !== 'function') return wrong('a source must have a function hosts()')
    const hosts: unknown = await source.hosts()
    if (!isRecord(hosts)) return wrong('hosts() of a source must give an object of hosts by name')
    for (const [name, host] of Object.entries(hosts)) {
      if (Object.hasOwn(found, name) || (isRecord(written) && Object.hasOwn(written, name))) {
        return wrong(`the host ${name} is declared in two places`)
      }
      found[name] = host
    }
  }
  return isRecord(written) ? { ...written, ...found } : found
}
