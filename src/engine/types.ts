import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Along, Facts, Foreseen, Interrupted, OnFailure, Verdict } from '../host/session.ts'
import type { Generation } from '../ledger/ledger.ts'
import type { Change, HostPlan } from '../plan/plan.ts'
import type { Aspects, Key, Step } from '../steps/step.ts'

export type OnConflict = 'keep' | 'replace' | 'abort'

/** What every engine operation needs. `load` is done by the face; the engine never reads the command line. */
export interface EngineOptions {
  /** As typed; all hosts when undefined. */
  readonly selector?: string
  /** Hosts at once; default 32. */
  readonly parallel?: number
  /** Asked at most once a run, when a host wants a sudo password. Undefined: hosts that want one fail. */
  readonly sudoPassword?: () => Promise<string>
  readonly signal?: AbortSignal
  readonly on?: (event: EngineEvent) => void
  readonly onConflict?: OnConflict
  /** All steps that cannot be taken back, or those that are named. */
  readonly allowIrreversible?: boolean | ((change: Change) => boolean)
  readonly allowRemovals?: boolean
  readonly forceCommit?: boolean
  /** Treat every resource as audit: plan, change nothing. */
  readonly audit?: boolean
  /** Shows also what files hold that others may not read; without it only what this site itself put there. */
  readonly showPrivate?: boolean
}

export interface UpOptions extends EngineOptions {
  readonly onFailure?: OnFailure
  /** Default 5. */
  readonly maxCycles?: number
  /** Hosts in waves: a number or a percentage such as `25%`. */
  readonly batch?: string
  readonly maxFailures?: number
  /** Hosts revert unless confirmed in time; 0 = never on trial; default: 60 s for what can keep the operator out. */
  readonly trySeconds?: number
  /** Asked at most once a run, when the first host on trial takes new connections. Default: they stay. */
  readonly keepTrial?: (host: string) => Promise<boolean>
  /** What carries it out, as generations tell it; default `push`. */
  readonly via?: Generation['via']
  /** Shown every plan before it is carried out; false = declined. `cycle` starts at 1. */
  readonly confirm: (analysis: Analysis, cycle: number) => Promise<boolean>
}

export type EngineEvent =
  | { readonly event: 'connecting' | 'analysing' | 'planning' | 'recovering'; readonly host: string }
  | { readonly event: 'planned'; readonly host: string; readonly changes: number }
  | { readonly event: 'sending'; readonly host: string; readonly sentBytes: number; readonly totalBytes: number }
  | {
      readonly event: 'op'
      readonly host: string
      readonly number: number
      readonly total: number
      readonly key: Key
      readonly step: string
      readonly status: 'started' | 'done' | 'failed' | 'undone' | 'undo-failed'
      readonly message?: string
    }
  | { readonly event: 'note'; readonly host: string; readonly message: string }
  | ({ readonly event: 'along'; readonly host: string } & Along)
  | { readonly event: 'try'; readonly host: string; readonly seconds: number }
  | {
      readonly event: 'finished'
      readonly host: string
      readonly status: HostStatus
      readonly changes: number
      readonly message?: string
    }
  | { readonly event: 'output'; readonly host: string; readonly stream: 'stdout' | 'stderr'; readonly line: string }

export type HostStatus =
  | 'converged'
  | 'changed'
  | 'failed'
  | 'unreachable'
  | 'undone'
  | 'refused'
  | 'declined'
  | 'interrupted'

/** Changes that stay only when a new connection confirms them in time. */
export interface HostTrial {
  readonly seconds: number
  /** The keys that can keep the operator out; none where a trial was asked for. */
  readonly because: readonly Key[]
}

/** One host after analysis. */
export interface HostAnalysis {
  readonly host: string
  readonly status: 'ready' | 'failed' | 'unreachable' | 'refused'
  readonly plan?: HostPlan
  /** The desired list, canonical text with header. */
  readonly list?: string
  readonly diagnostics: readonly Diagnostic[]
  readonly interrupted?: Interrupted
  readonly trial?: HostTrial
  /** What its packages would bring along and take away; undefined where no package changes. */
  readonly packages?: Foreseen
  readonly generation: number
  /** It failed before any host was asked for anything: the config is wrong. */
  readonly inConfig?: true
}

export interface Analysis {
  readonly hosts: readonly HostAnalysis[]
}

export interface HostResult {
  readonly host: string
  readonly status: HostStatus
  /** Changes carried out. */
  readonly changes: number
  readonly generation: number
  /** What packages brought along and took away. */
  readonly along?: readonly Along[]
  readonly diagnostics: readonly Diagnostic[]
  /** It failed because the config is wrong. */
  readonly inConfig?: true
}

export interface RunSummary {
  readonly hosts: readonly HostResult[]
}

export interface HostFacts {
  readonly host: string
  readonly facts?: Facts
  readonly diagnostics: readonly Diagnostic[]
  readonly status: HostAnalysis['status']
}

export interface HostLog {
  readonly host: string
  readonly generations: readonly Generation[]
  readonly interrupted?: Interrupted
  /** Keys whose earlier content is kept no more: their way back to before Hexis is not exact. */
  readonly lost: readonly Key[]
}

/** Earlier states of one key that a host still keeps, newest first. */
export interface HostShow {
  readonly host: string
  readonly key: Key
  readonly states: readonly {
    /** Seconds since the epoch; undefined for what was before Hexis. */
    readonly at?: number
    readonly aspects: Aspects
    /** Others may not read it, and `showPrivate` was not given: there is no text. */
    readonly private?: true
    /** Text, secrets masked; undefined where it is none, or too long. */
    readonly text?: string
    readonly sizeBytes?: number
  }[]
}

export interface ListDiff {
  readonly host: string
  readonly added: readonly Step[]
  readonly removed: readonly Step[]
}

export interface Explanation {
  readonly host: string
  readonly subject: string
  /** Labelled lines in reading order: declared at, resource, profile entry, ledger, generation … */
  readonly facts: readonly { readonly label: string; readonly value: string }[]
}

export interface HostDrift {
  readonly host: string
  readonly status: HostAnalysis['status']
  readonly drift: readonly Change[]
  readonly diagnostics: readonly Diagnostic[]
}

/** `--to`: `previous`, a generation number, or a commit (at least 7 hex digits). */
export type RollbackTarget = { readonly to: string }

/**
 * The engine of one loaded config. Made by `openEngine(loaded: LoadedConfig, registry: Registry)` in `engine.ts`.
 * Every method isolates failures per host: it resolves, and diagnostics say what went wrong; only bad usage throws
 * (`DiagnosticError`: unknown host, selector that matches nothing, unknown generation).
 */
export interface Engine {
  /** Lists and documents without contact (cached facts); for `document` and `steps`. */
  lower(host: string): Promise<{
    readonly document?: unknown
    readonly list?: string
    readonly steps: readonly Step[]
    readonly diagnostics: readonly Diagnostic[]
  }>
  /** Evaluates, validates and lowers every selected host without contact. */
  check(options: EngineOptions): Promise<readonly Diagnostic[]>
  facts(options: EngineOptions): Promise<readonly HostFacts[]>
  plan(options: EngineOptions): Promise<Analysis>
  up(options: UpOptions): Promise<RunSummary>
  /** Writes a 0600 tar: plan.json, HOST.steps, blobs/. */
  savePlan(analysis: Analysis, file: string): Promise<void>
  /** Carries out a saved plan, never evaluating the config. */
  upSaved(file: string, options: UpOptions): Promise<RunSummary>
  rollback(target: RollbackTarget, options: UpOptions): Promise<RunSummary>
  recover(options: EngineOptions): Promise<RunSummary>
  /** The state directory of hosts, against its own sums. */
  fsck(options: EngineOptions): Promise<RunSummary>
  /** The verdict on changes that are on trial. */
  confirm(verdict: Verdict, options: EngineOptions): Promise<RunSummary>
  drift(options: EngineOptions): Promise<readonly HostDrift[]>
  log(host: string, options: EngineOptions): Promise<HostLog>
  /** What the host keeps of earlier states of a file. */
  show(host: string, key: string, options: EngineOptions): Promise<HostShow>
  diff(host: string, from: string, to: string, options: EngineOptions): Promise<ListDiff>
  explain(host: string, subject: string, options: EngineOptions): Promise<Explanation>
  release(host: string, key: Key, why: string, options: EngineOptions): Promise<void>
  forget(host: string, options: EngineOptions): Promise<void>
  run(argv: readonly string[], options: EngineOptions & { readonly timeoutMs: number }): Promise<RunSummary>
  /** Closes what is still open (connections are kept between methods of one run). */
  close(): Promise<void>
}
