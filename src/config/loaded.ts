import type { Inventory } from '../inventory/inventory.ts'
import type { ProfileEntry } from '../profiles/index.ts'
import type { AgentChoice } from './agent.ts'
import type { Evaluation } from './evaluate.ts'

/** Facts of one host as it reported them. */
export type Facts = Readonly<Record<string, unknown>>

/** A config after loading: its inventory, and a document for each host on demand. */
export interface LoadedConfig {
  /** Absolute folder; positions and `source` paths are relative to it. */
  readonly root: string
  /** Absolute path of `site.ts` or `hexis.yaml`. */
  readonly file: string
  readonly siteId: string
  readonly inventory: Inventory
  /** Entries that the config lays over the transformation database. */
  readonly profiles: readonly ProfileEntry[]
  /** What hosts keep of the past. */
  readonly retention: { readonly generations: number; readonly days: number; readonly sizeBytes: number }
  /** Full hash, or `none` outside of git. */
  readonly commit: string
  readonly dirty: boolean
  /** The folder is one commit's for ever: nothing is kept in it. */
  readonly fixed?: true
  /** True when the commit `later` has `earlier` in its history; false where this repository knows one of them not. */
  isAncestor(earlier: string, later: string): Promise<boolean>
  /** What the site says to the agent of one host; nothing for a config that no agent reads. */
  readonly agent?: (host: string, facts?: Facts) => AgentChoice
  /** Never rejects for what a config does wrong; contacts no host. */
  evaluate(host: string, facts?: Facts): Promise<Evaluation>
}
