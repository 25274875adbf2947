import { dirname } from 'node:path'
import type { Inventory } from '../inventory/index.ts'
import type { ConfigPlace, HostRow, Ports, Site } from './ports.ts'
import { rooted } from './rooted.ts'

const findAndLoad = async (place: ConfigPlace) => {
  const { findConfig, loadConfig } = await import('../config/index.ts')
  const file = findConfig(place.directory, place.config === undefined ? {} : { config: place.config })
  return rooted(dirname(file), () => loadConfig(file))
}

/** The selected hosts as rows; `facts.…` in a selector is what the hosts said last. */
const rowsOf = async (
  root: string,
  inventory: Inventory,
  selector: string | undefined,
): Promise<readonly HostRow[]> => {
  const { select } = await import('../inventory/index.ts')
  const { cachedFacts } = await import('../engine/facts-cache.ts')
  const { hostRow } = await import('./host-row.ts')
  const facts = new Map([...inventory.hosts.keys()].map((name) => [name, cachedFacts(root, name) ?? {}] as const))
  return rooted(root, async () => select(inventory, selector, facts).map(hostRow))
}

const openSite = async (place: ConfigPlace): Promise<Site> => {
  const config = await findAndLoad(place)
  const { openEngine } = await import('../engine/engine.ts')
  const { builtInRegistry } = await import('./registry.ts')
  return {
    id: config.siteId,
    root: config.root,
    hosts: (selector) => rowsOf(config.root, config.inventory, selector),
    engine: openEngine(config, builtInRegistry()),
  }
}

/** The real doors. Each imports its room when it is used, so that a command loads only what it needs. */
export const ports: Ports = {
  openSite,
  async readHosts(place, selector) {
    const { siteId, root, inventory } = await findAndLoad(place)
    return { id: siteId, hosts: await rowsOf(root, inventory, selector) }
  },
  async lowerAt(site, host, commit) {
    const { atCommit } = await import('./at-commit.ts')
    return atCommit(site.root, commit, async (root) => {
      const older = await openSite({ directory: root })
      return older.engine.lower(host).finally(() => older.engine.close())
    })
  },
  async initConfig(directory) {
    const { initConfig } = await import('../config/index.ts')
    return initConfig(directory)
  },
  async resourceDocs() {
    const { resources } = await import('../resources/registry.ts')
    const { resourceDoc } = await import('./resource-docs.ts')
    return [...resources.values()].map(resourceDoc)
  },
  async formatSteps(text, file) {
    const { formatList, parseList } = await import('../steps/list.ts')
    const list = parseList(text, file)
    const broken = list.diagnostics.some((d) => d.severity === 'error')
    return { diagnostics: list.diagnostics, ...(broken ? {} : { text: formatList(list) }) }
  },
  async lintSteps(text, file) {
    const { lintList } = await import('../steps/list.ts')
    return lintList(text, file)
  },
}
