import type { Connection, SshSettings } from '../inventory/inventory.ts'
import type { ProfileEntry } from '../profiles/index.ts'
import type { Held } from '../text/text.ts'

export type Scalar = string | number | boolean | null
export type VarJson = Scalar | Held | readonly VarJson[] | { readonly [name: string]: VarJson }
export type Vars = { readonly [name: string]: VarJson }
export type Labels = { readonly [name: string]: string }

/** One host as it is written. */
export interface HostDecl {
  /** Where it is reached; its name when left out. */
  readonly address?: string
  /** Default `ssh`. */
  readonly connection?: Connection
  /** The folder of a `directory` or `chroot` host, relative to the config. */
  readonly root?: string
  /** `debian/12`, for roots without an os-release. */
  readonly os?: string
  readonly ssh?: SshSettings
  /** Only where the login is not root. */
  readonly become?: 'sudo'
  readonly becomePassword?: Held
  readonly labels?: Labels
  readonly vars?: Vars
  /** What the connection cannot do is an error, not a warning. */
  readonly strict?: boolean
  /** Its public key of age, `age1…`: `hexis secret encrypt --to HOST` encrypts for it. */
  readonly age?: string
}
export type Hosts = { readonly [name: string]: HostDecl }
export interface GroupDecl {
  /** A selector: `site=fra or site=ams`. */
  readonly on: string
  readonly vars?: Vars
}
export type Groups = { readonly [name: string]: GroupDecl }

/** Hosts that a program makes; `V` and `L` type what they bring. */
export interface HostSource<V extends Vars = Vars, L extends Labels = Labels> {
  hosts(): Promise<Hosts>
  readonly '~v'?: V
  readonly '~l'?: L
}

/** A record of nothing: no host, no variable. */
// biome-ignore lint/complexity/noBannedTypes: here it stands for an object type without names, which is what it is
export type None = {}

type Keys<U> = U extends unknown ? keyof U : never
type At<U, K extends PropertyKey> = U extends unknown ? (K extends keyof U ? U[K] : undefined) : never
type AtSet<U, K extends PropertyKey> = U extends unknown ? (K extends keyof U ? U[K] : never) : never
type Widen<T> = T extends Held | undefined
  ? T
  : T extends string
    ? string
    : T extends number
      ? number
      : T extends boolean
        ? boolean
        : T extends readonly (infer E)[]
          ? readonly Widen<E>[]
          : T extends object
            ? { readonly [K in keyof T]: Widen<T[K]> }
            : T
type Flat<T> = { [K in keyof T]: T[K] } & {}
type Part<T, F extends string> = T extends { readonly [K in F]: infer V } ? V : None
type Each<T, F extends string> = { [K in keyof T]: Part<T[K], F> }[keyof T]
type SourceVars<S> = S extends readonly (infer X)[] ? (X extends HostSource<infer V, Labels> ? V : never) : never
type SourceLabels<S> = S extends readonly (infer X)[] ? (X extends HostSource<Vars, infer L> ? L : never) : never

/** Every host declares it, or defaults do: `T`; otherwise `T | undefined`. */
export type VarsOf<H, G, D, S> = Flat<{
  readonly [K in Keys<Each<H, 'vars'>> | Keys<SourceVars<S>> | Keys<Each<G, 'vars'>> | keyof D]: Widen<
    K extends keyof D
      ? D[K] | AtSet<Each<H, 'vars'> | SourceVars<S>, K> | AtSet<Each<G, 'vars'>, K>
      : At<Each<H, 'vars'> | SourceVars<S>, K> | AtSet<Each<G, 'vars'>, K>
  >
}>

export type LabelsOf<H, S> = Flat<{
  readonly [K in Keys<Each<H, 'labels'>> | Keys<SourceLabels<S>>]: At<Each<H, 'labels'> | SourceLabels<S>, K>
}>

export type NameOf<H, S> = S extends readonly [] ? keyof H & string : string

type AnyVars = { readonly [name: string]: VarJson | undefined }
type AnyLabels = { readonly [name: string]: string | undefined }

export type FactValue = Scalar | readonly FactValue[] | { readonly [name: string]: FactValue }

/** What a host says of itself. Reading what is not known is an error that names `hexis facts`. */
export interface HostFacts {
  readonly os: { readonly id: string; readonly version: string; readonly [name: string]: FactValue }
  readonly [name: string]: FactValue
}

/** Another host of the site. */
export interface Peer<V = AnyVars, L = AnyLabels> {
  readonly name: string
  readonly address: string
  readonly labels: L
  readonly vars: V
}

/** The host being configured. */
export interface Host<N extends string = string, V = AnyVars, L = AnyLabels> {
  readonly name: N
  readonly address: string
  readonly connection: Connection
  readonly labels: L
  /** Throws for a name that is declared nowhere; undefined where only this host lacks it. */
  readonly vars: V
  /** Names of the groups that it belongs to. */
  readonly groups: readonly string[]
  readonly facts: HostFacts
  /** Other hosts that match the selector, in written order. */
  peers(selector: string): readonly Peer<AnyVars, AnyLabels>[]
}

export interface Site<H, G, D, S> {
  readonly '~host'?: Host<NameOf<H, S>, VarsOf<H, G, D, S>, LabelsOf<H, S>>
}

/** The host type of a site, for modules: `(host: HostOf<typeof site>) => void`. */
export type HostOf<T> = T extends { readonly '~host'?: infer X } ? Exclude<X, undefined> : never

/** `enforce` brings the host to what is declared, `audit` only reports what differs. */
export type AgentMode = 'enforce' | 'audit'
export interface AgentTrack {
  readonly branch: string
  /** A selector: `ring=canary`. */
  readonly on: string
}

export interface SiteDeclaration<H, G, D, S> {
  /** Written by `hexis init`; the scope of ownership on a host. Never change it. */
  readonly id: string
  readonly hosts?: H
  readonly sources?: S
  readonly groups?: G
  readonly defaults?: {
    readonly connection?: Connection
    readonly ssh?: SshSettings
    readonly become?: 'sudo'
    readonly becomePassword?: Held
    readonly strict?: boolean
    readonly vars?: D
  }
  /** Rows for the transformation database: other names of packages, services, groups and paths, per operating system. */
  readonly profiles?: readonly ProfileEntry[]
  /** What hosts keep of the past, whichever comes first: default 100 generations, 365 days, 1GiB of contents. */
  readonly retention?: { readonly generations?: number; readonly days?: number; readonly size?: string }
  /** What the agents of hosts do that pull this config: enforce or only report, and which branch each follows. */
  readonly agent?: {
    /** Default `enforce`; with a list, the first entry whose selector picks the host. */
    readonly mode?: AgentMode | readonly { readonly mode: AgentMode; readonly on: string }[]
    /** Hosts that follow another branch than the one their agent was installed with; the first that picks the host. */
    readonly track?: AgentTrack | readonly AgentTrack[]
    /** Time between two looks at the repository: `5m`; what the agent was installed with where left out. */
    readonly interval?: string
  }
  /** Declares what the host is to be. Runs once per host and contacts none. */
  configure(host: Host<NameOf<H, S>, VarsOf<H, G, D, S>, LabelsOf<H, S>>): void | Promise<void>
}
