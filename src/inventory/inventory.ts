import type { Source } from '../diagnostics/diagnostic.ts'
import type { Held } from '../text/text.ts'
import type { Selector } from './selector.ts'

export type VarValue =
  | string
  | number
  | boolean
  | null
  | Held
  | readonly VarValue[]
  | { readonly [name: string]: VarValue }

/** Connections that exist; `docker` and `podman` are reserved words of the interface. */
export type Connection = 'ssh' | 'local' | 'directory' | 'chroot'

export interface SshSettings {
  readonly user?: string
  readonly port?: number
  /** `SHA256:…`: only this key is accepted. */
  readonly hostKey?: string
  readonly identityFile?: string
  /** An OpenSSH configuration file, used instead of the user's own. */
  readonly configFile?: string
  readonly connectTimeoutSeconds?: number
}

/** One host with everything that concerns it, defaults and groups applied. */
export interface InventoryHost {
  readonly name: string
  /** Where it is reached; its name when none is written. */
  readonly address: string
  readonly connection: Connection
  /** Absolute folder of a `directory` or `chroot` host. */
  readonly root?: string
  /** `id/version`, for roots without an os-release. */
  readonly os?: string
  readonly ssh: SshSettings
  readonly become?: 'sudo'
  /** The sudo password, where it comes from a secret. */
  readonly becomePassword?: Held
  /** Its public key of age, for secrets that only it may open. */
  readonly age?: string
  readonly labels: Readonly<Record<string, string>>
  readonly vars: Readonly<Record<string, VarValue>>
  /** Per variable the level that won: `defaults`, `group NAME`, `host`. */
  readonly varLevels: Readonly<Record<string, string>>
  /** Names of the groups that it belongs to, in written order. */
  readonly groups: readonly string[]
  /** What the connection cannot do is an error, not a warning. */
  readonly strict: boolean
  readonly source?: Source
}

export interface InventoryGroup {
  readonly name: string
  readonly on: Selector
  readonly vars: Readonly<Record<string, VarValue>>
}

export interface Inventory {
  /** In written order. */
  readonly hosts: ReadonlyMap<string, InventoryHost>
  readonly groups: ReadonlyMap<string, InventoryGroup>
  /** Every variable declared anywhere, for errors that suggest the nearest. */
  readonly varNames: ReadonlySet<string>
  readonly labelNames: ReadonlySet<string>
}

/** The level that gave a variable its value on this host: `defaults`, `group NAME` or `host`. */
export const levelOf = (host: InventoryHost, variable: string): string | undefined =>
  Object.hasOwn(host.varLevels, variable) ? host.varLevels[variable] : undefined
