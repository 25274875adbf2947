import type { Blob } from '../blobs/blob.ts'
import type { Json } from '../document/document.ts'
import type { Generation, Ledger } from '../ledger/ledger.ts'
import type { Op } from '../plan/plan.ts'
import type { Aspects, Capability } from '../states/kind.ts'
import type { Key } from '../steps/step.ts'

/** What a host says of itself, nested by dots in selectors (`facts.os.id`). Inert, bounded, schema-checked data. */
export type Facts = { readonly [name: string]: Json }

export interface Interrupted {
  readonly transaction: string
  readonly site: string
  readonly who: string
  readonly startedAt: number
  /** It is a trial of so many seconds. */
  readonly trySeconds?: number
  /** The process still runs: it is busy, not interrupted. */
  readonly alive: boolean
}

export interface Hello {
  readonly facts: Facts
  readonly capabilities: ReadonlySet<Capability>
  readonly ledger: Ledger
  /** SHA-256 of the ledger as it lies on the host, `none` where there is none. */
  readonly ledgerDigest: string
  readonly generations: readonly Generation[]
  /** Earlier files that the ledger names and that are kept no more: retention, or damage, took them. */
  readonly gone: ReadonlySet<string>
  /** Keys that other sites own on this host. */
  readonly foreign: ReadonlyMap<Key, string>
  readonly interrupted?: Interrupted
  /** The agent of this host: the site that it follows, and whether it would take back what others push. */
  readonly agent?: { readonly site: string; readonly enforces: boolean }
}

export interface ObserveKey {
  readonly key: Key
  /** For directories: the aspect `entries` too, the encoded names of its children parted by commas. */
  readonly entries?: true
  /** Return the bytes too (at most `limitBytes`), unless the content's SHA-256 is `unless`. */
  readonly content?: { readonly limitBytes: number; readonly unless?: string }
  /**
   * Content is secret: never hashed plainly. The observed `content` aspect is `sealed:equal` when the file equals
   * `wanted`, else `last` (verbatim) when it equals the host's blob of that name, else `sealed:other`.
   */
  readonly sealed?: { readonly wanted?: Uint8Array; readonly last?: string }
}

/** A command that the author declares to be read-only (`probe`, `unless`, `onlyIf`). */
export interface ProbeCommand {
  readonly id: string
  readonly argv: readonly string[]
  readonly stdin?: string
  readonly user?: string
  readonly directory?: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

export interface ProbeResult {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface ObserveRequest {
  readonly keys: readonly ObserveKey[]
  readonly probes: readonly ProbeCommand[]
  /** Blob names; those that the host lacks come back in `missing`. */
  readonly blobs: readonly string[]
}

export interface Observation {
  readonly states: ReadonlyMap<Key, Aspects>
  readonly contents: ReadonlyMap<Key, Uint8Array>
  readonly probes: ReadonlyMap<string, ProbeResult>
  readonly missing: ReadonlySet<string>
}

/** By number, age and size, whichever comes first; the generation in force and the one before it always stay. */
export interface Retention {
  readonly generations: number
  readonly days: number
  readonly sizeBytes: number
}

export type OnFailure = 'rollback' | 'stop' | 'continue'

export interface ApplyRequest {
  /** `[0-9a-z-]{1,64}`, unique; also the prefix of kept inodes: `TRANSACTION.OPNUMBER`. */
  readonly transaction: string
  readonly ops: readonly Op[]
  readonly ledger: Ledger
  readonly generation: Omit<Generation, 'at'>
  /** The whole list of this generation, with header. */
  readonly list: string
  /** Only what the host lacks. */
  readonly blobs: readonly Blob[]
  readonly onFailure: OnFailure
  /** `ledgerDigest` of the hello that the plan was made from: where the host's is another by then, nothing is done. */
  readonly base?: string
  /** What the host keeps of the past once this is committed; everything where undefined. */
  readonly retention?: Retention
  /** The host takes everything back unless `confirm` comes within that time: a trial. */
  readonly trySeconds?: number
}

/** A package that a manager installs, replaces by another version, or removes because of others. */
export interface Along {
  readonly action: 'install' | 'upgrade' | 'remove'
  readonly name: string
  /** The version that is there. */
  readonly from?: string
  /** The version that comes. */
  readonly to?: string
}

/** What the packages of a plan would bring along and take away, as the manager of the host itself says. */
export interface Foreseen {
  readonly along: readonly Along[]
  /** Why it is not known of all: empty text where the lists of what can be had are missing or old. */
  readonly unknown: readonly string[]
}

export type ApplyEvent =
  | { readonly event: 'sending'; readonly sentBytes: number; readonly totalBytes: number }
  | {
      readonly event: 'op'
      readonly number: number
      readonly status: 'started' | 'done' | 'failed' | 'undone' | 'undo-failed'
      readonly message?: string
    }
  | { readonly event: 'note'; readonly message: string }
  /** It was done because of packages that the plan names. */
  | ({ readonly event: 'along' } & Along)
  /** Everything is done; it stays when `confirm` comes over another connection within that time. */
  | { readonly event: 'try'; readonly seconds: number }

/** What to do with changes on trial. */
export type Verdict = 'keep' | 'revert'

export interface ApplyResult {
  /** `interrupted`: the connection was lost; the host finishes or undoes by itself. */
  readonly outcome: 'committed' | 'partial' | 'undone' | 'undo-incomplete' | 'interrupted'
  readonly failed?: { readonly number: number; readonly message: string }
  /** What could not be put back, in words. */
  readonly stays: readonly string[]
}

/** One file of the state directory that is damaged, or that is not understood. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** Below the state directory. */
  readonly file: string
  readonly text: string
}

/** An earlier state of a file that the host still keeps. */
export interface KeptState {
  /** When Hexis replaced it, in seconds since the epoch; undefined for what was before Hexis. */
  readonly at?: number
  readonly aspects: Aspects
  /** Undefined where it is larger than was asked for. */
  readonly content?: Uint8Array
}

export interface RunResult {
  readonly status: number
  readonly timedOut: boolean
}

/** One open connection to one host, one shell at its end. Every method is one round trip unless it says otherwise. */
export interface HostSession {
  readonly host: string
  hello(site: string): Promise<Hello>
  observe(request: ObserveRequest): Promise<Observation>
  /** Simulates the ops among these that are packages; writes nothing. */
  foresee(ops: readonly Op[]): Promise<Foreseen>
  apply(request: ApplyRequest, on: (event: ApplyEvent) => void): Promise<ApplyResult>
  /** Gives the verdict on the changes of that site which are on trial, and waits for their end. */
  confirm(site: string, verdict: Verdict): Promise<ApplyResult>
  /** Finishes or undoes an interrupted transaction. */
  recover(on: (event: ApplyEvent) => void): Promise<ApplyResult | undefined>
  /** What of the host's state directory is not as it was written; nothing when all is well. */
  fsck(): Promise<readonly Finding[]>
  /** What others had made of a file before Hexis set it right, and what was before Hexis; contents up to `limitBytes`. */
  kept(site: string, key: Key, limitBytes: number): Promise<readonly KeptState[]>
  /** The stored list of a generation, canonical text with header. */
  list(site: string, generation: number): Promise<string>
  /** Contents of blobs on the host, for diffs; absent where unknown or larger than `limitBytes`. */
  blobs(names: readonly string[], limitBytes: number): Promise<ReadonlyMap<string, Uint8Array>>
  /** Stops managing keys without touching them; `why` is recorded. */
  release(site: string, keys: readonly Key[], why: string): Promise<void>
  /** Deletes the site's state (all state when it was the only site). */
  forget(site: string): Promise<void>
  run(
    argv: readonly string[],
    options: { readonly timeoutMs: number; readonly onOutput: (stream: 'stdout' | 'stderr', line: string) => void },
  ): Promise<RunResult>
  close(): Promise<void>
}
