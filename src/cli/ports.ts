import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Json } from '../document/document.ts'
import type { Engine } from '../engine/types.ts'

/** A host as the inventory knows it, for `hexis hosts`. */
export interface HostRow {
  readonly name: string
  readonly address?: string
  readonly connection: string
  /** Its public key of age. */
  readonly age?: string
  readonly labels: Readonly<Record<string, string>>
  readonly groups: readonly string[]
  readonly vars: Readonly<Record<string, Json>>
}

/** Where a config is looked for: from a directory upward, or exactly this file. */
export interface ConfigPlace {
  readonly directory: string
  readonly config?: string
}

/** A loaded config with the engine over it. */
export interface Site {
  readonly id: string
  /** Folder of the config; sources of diagnostics are relative to it. */
  readonly root: string
  /** Selected hosts in written order; throws a DiagnosticError for a bad selector. */
  hosts(selector: string | undefined): Promise<readonly HostRow[]>
  readonly engine: Engine
}

/** What `Engine.lower` answers. */
export type Lowered = Awaited<ReturnType<Engine['lower']>>

export interface ResourceDoc {
  readonly name: string
  /** What people write: `pkg` for `package`. */
  readonly call: string
  readonly summary: string
  readonly detail: string
  readonly reversal: string
  /** The first argument of its function. */
  readonly identity: { readonly name: string; readonly summary: string }
  readonly properties: readonly {
    readonly name: string
    readonly type: string
    readonly required: boolean
    readonly summary: string
  }[]
  readonly examples: readonly string[]
}

/** The doors from the command line to the rest; `wiring.ts` opens the real ones lazily, tests bring their own. */
export interface Ports {
  openSite(place: ConfigPlace): Promise<Site>
  /** The inventory alone, without the engine. */
  readHosts(
    place: ConfigPlace,
    selector: string | undefined,
  ): Promise<{ readonly id: string; readonly hosts: readonly HostRow[] }>
  /** Lowers one host with the config as it was at a commit of its repository. */
  lowerAt(site: Site, host: string, commit: string): Promise<Lowered>
  /** Makes a config repository; the names of the files written. */
  initConfig(directory: string): Promise<readonly string[]>
  resourceDocs(): Promise<readonly ResourceDoc[]>
  /** Step language: canonical text of a list, and what is doubtful in it. */
  formatSteps(
    text: string,
    file: string,
  ): Promise<{ readonly text?: string; readonly diagnostics: readonly Diagnostic[] }>
  lintSteps(text: string, file: string): Promise<readonly Diagnostic[]>
}
