import { type Facts, type LoadedConfig, ownProfiles } from '../../config/index.ts'
import { buildInventory } from '../../inventory/index.ts'
import type { Evaluated } from './evaluated.ts'

export interface AgentConfigOptions {
  /** The config folder of the commit. */
  readonly root: string
  readonly host: string
  readonly commit: string
  readonly evaluated: Evaluated
  /** Evaluates again, by what the host says of itself now. */
  readonly evaluate: (facts: Facts) => Promise<Evaluated>
}

/** This machine is worked on from within; only a folder stays what the site says it is. */
const hostOf = ({ connection, root, os, strict }: Evaluated['host']): object => {
  const isFolder = connection === 'directory' || connection === 'chroot'
  return {
    connection: isFolder ? connection : 'local',
    strict,
    ...(isFolder && root !== undefined ? { root } : {}),
    ...(os === undefined ? {} : { os }),
  }
}

/** A config whose code ran elsewhere: the engine sees one host, and its document as data. */
export const agentConfig = (options: AgentConfigOptions): LoadedConfig => {
  const { root, host, commit, evaluated } = options
  const inventory = buildInventory(
    { hosts: { [host]: hostOf(evaluated.host) }, groups: {}, defaults: {} },
    { configRoot: root, locate: () => undefined },
  )
  return {
    root,
    file: root,
    siteId: evaluated.site,
    inventory,
    profiles: ownProfiles(evaluated.profiles, undefined),
    retention: evaluated.retention,
    commit,
    dirty: false,
    fixed: true,
    // The checkout has looked at the history already.
    isAncestor: async () => true,
    evaluate: async (_name, facts) => {
      const { document, diagnostics } = facts === undefined ? evaluated : await options.evaluate(facts)
      return { ...(document === undefined ? {} : { document }), diagnostics }
    },
  }
}
