import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { schemaIssues } from '../../diagnostics/schema-issues.ts'
import type { Inventory, InventoryHost } from '../../inventory/index.ts'
import { buildInventory, checkSelector, hostNamed, picks } from '../../inventory/index.ts'
import { agentChoice } from '../agent.ts'
import { evaluateHost } from '../evaluate.ts'
import { isAncestor, revisionOf } from '../git.ts'
import type { Facts, LoadedConfig } from '../loaded.ts'
import { ownProfiles } from '../own-profiles.ts'
import { retentionOf } from '../retention.ts'
import type { ResourceFunctions } from './register.ts'
import { registerEntry } from './register.ts'
import { yamlSite } from './schema.ts'
import type { YamlTree } from './tree.ts'
import { readYaml } from './tree.ts'

/** Loads a `hexis.yaml`: the same documents as a `site.ts` that says the same. */
export const loadYaml = async (file: string, root: string, functions?: ResourceFunctions): Promise<LoadedConfig> => {
  const revision = revisionOf(root)
  const tree = readYaml(file)
  const issues = schemaIssues(yamlSite, tree.data ?? {}, 'the config')
  if (issues.length > 0) {
    throw new DiagnosticError(
      issues.map(({ path, ...issue }): Diagnostic => ({ severity: 'error', ...issue, source: tree.locate(path) })),
    )
  }
  const { id, configure = [], profiles, retention, agent } = yamlSite.parse(tree.data)
  const { hosts = {}, groups = {}, defaults = {} } = tree.data as Readonly<Record<string, unknown>>
  const inventory = buildInventory({ hosts, groups, defaults }, { configRoot: root, locate: tree.locate })
  const entries = configure.map((entry, index) => ({ entry, at: ['configure', index] as const }))
  const mistakes = entries.flatMap(({ entry, at }) => selectorMistakes(entry.on, [...at, 'on'], tree, inventory))
  if (mistakes.length > 0) throw new DiagnosticError(mistakes)
  const resources: ResourceFunctions = functions ?? (await import('../../resources/index.ts'))
  return {
    root,
    file,
    siteId: id,
    inventory,
    profiles: ownProfiles(profiles, tree.locate(['profiles'])),
    retention: retentionOf(retention, tree.locate),
    ...(await revision),
    isAncestor: (earlier, later) => isAncestor(root, earlier, later),
    agent: agentChoice(agent, inventory, tree.locate),
    evaluate: async (name, facts) => {
      const host = hostNamed(inventory, name)
      return evaluateHost({ site: id, host: name, root, definedAt: tree.locate([]) }, () => {
        for (const { entry, at } of entries) {
          if (applies(entry.on, [...at, 'on'], host, tree, inventory, facts)) registerEntry(entry, at, tree, resources)
        }
      })
    },
  }
}

/** `on` is checked when the file is loaded: a misspelt name must not wait for the host that would miss it. */
const selectorMistakes = (
  on: unknown,
  path: readonly PropertyKey[],
  tree: YamlTree,
  inventory: Inventory,
): readonly Diagnostic[] => {
  if (on === undefined) return []
  const source = tree.locate(path)
  if (typeof on !== 'string') {
    return [{ severity: 'error', code: 'wrong-type', summary: 'on must be a selector such as role=web', source }]
  }
  try {
    checkSelector(inventory, on)
    return []
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map((d) => ({ source, ...d }))
    throw error
  }
}

/** True when an entry concerns this host. */
const applies = (
  on: unknown,
  path: readonly PropertyKey[],
  host: InventoryHost,
  tree: YamlTree,
  inventory: Inventory,
  facts: Facts | undefined,
): boolean => {
  if (typeof on !== 'string') return true
  const source = tree.locate(path)
  try {
    return picks(inventory, on, host, facts === undefined ? new Map() : new Map([[host.name, facts]]))
  } catch (error) {
    if (error instanceof DiagnosticError) throw new DiagnosticError(error.diagnostics.map((d) => ({ source, ...d })))
    throw error
  }
}
