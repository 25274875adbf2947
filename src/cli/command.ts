import type { Exit } from './exit.ts'
import type { Output } from './output.ts'
import type { Ports } from './ports.ts'

/** What completion offers for a value. */
export type Completes = 'host' | 'file' | 'directory' | 'shell' | 'resource' | 'none'

export interface ArgumentSpec {
  /** As shown in help: `HOST`, `FILE`. */
  readonly name: string
  readonly summary: string
  readonly required?: boolean
  /** Takes all that is left. */
  readonly variadic?: boolean
  readonly choices?: readonly string[]
  readonly completes?: Completes
}

export type OptionKind = 'flag' | 'text' | 'count' | 'duration' | 'share'

export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string
  readonly short?: string
  readonly kind: OptionKind
  /** Placeholder of the value: `SEL`, `N`, `60s`. Absent for flags. */
  readonly value?: string
  readonly summary: string
  readonly choices?: readonly string[]
  readonly completes?: Completes
  /** The command is meaningless without it. */
  readonly required?: boolean
}

export interface Example {
  readonly run: string
  readonly does: string
}

/** One line of the command table: everything about a command but its code, which `load` brings when it is used. */
export interface CommandSpec {
  readonly name: string
  readonly section: string
  readonly summary: string
  /** What it reads, what it writes, how it fails. */
  readonly detail: string
  readonly args: readonly ArgumentSpec[]
  readonly options: readonly OptionSpec[]
  readonly examples: readonly [Example, ...Example[]]
  /** Prints NDJSON events under `--json`, ended by an `end` event, in place of one value. */
  readonly streams?: boolean
  /** Options after the first argument belong to the command line that is being passed on. */
  readonly passThrough?: boolean
  readonly load: () => Promise<{ readonly action: Action }>
}

/** Accepted before and after the verb. */
export interface Globals {
  readonly directory?: string
  readonly config?: string
  readonly json: boolean
  readonly noColor: boolean
  readonly verbose: number
  readonly quiet: boolean
}

/** Parsed arguments. Asking for a name that the table does not hold is a bug and throws. */
export interface Invocation {
  readonly args: readonly string[]
  flag(name: string): boolean
  text(name: string): string | undefined
  count(name: string): number | undefined
}

/** What an action may use; made once by `main`. */
export interface Context {
  readonly output: Output
  readonly globals: Globals
  readonly ports: Ports
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal
  readonly cwd: string
}

export type Action = (invocation: Invocation, context: Context) => Promise<Exit>
