import type { ArgumentSpec, CommandSpec, OptionSpec } from '../command.ts'
import { globals } from '../table/options.ts'

export const optionsOf = (spec: CommandSpec): readonly OptionSpec[] => [...spec.options, ...globals]

/** `--on`, `-y`: every spelling of the options. */
export const spellings = (options: readonly OptionSpec[]): readonly string[] =>
  options.flatMap((o) => [`--${o.name}`, ...(o.short === undefined ? [] : [`-${o.short}`])])

/** Fixed words of an argument; `steps` has its two verbs beside hosts. */
export const wordsOf = (spec: CommandSpec, argument: ArgumentSpec | undefined): readonly string[] =>
  argument === undefined
    ? []
    : (argument.choices ?? (spec.name === 'steps' && argument.completes === 'host' ? ['fmt', 'lint'] : []))

/**
 * Lists host names for completion, in sh: the config's own answer, silent when there is none. The `--json` value is
 * read by its indentation: host names are the keys at the second level of `hosts`.
 */
export const hostNamesCommand = `hexis hosts --json 2>/dev/null | sed -n 's/^    "\\([^"]*\\)": {$/\\1/p'`

/** Names of the resources, in sh. */
export const resourceNamesCommand = `hexis resource 2>/dev/null | sed -n 's/^\\([a-zA-Z]*\\).*/\\1/p'`

/** Text inside single quotes of any of the three shells. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
