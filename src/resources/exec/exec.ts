import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

/** How a command is run on the host. */
export interface CommandProps {
  /** As whom. Default: root. */
  user?: string
  /** In which directory. Default: `/`. */
  directory?: string
  /** Environment variables beyond the few that commands get. No secrets: others can see them. */
  env?: Readonly<Record<string, string>>
  /** Seconds until it is ended. Default 300; 30 for a probe. */
  timeout?: number
}

export interface ExecProps extends ResourceProps, CommandProps {
  /** What to run: text for `sh`, or a program with its arguments. */
  command: string | readonly string[]
  /** Done when this path exists. */
  creates?: string
  /** Done when this command succeeds. It also runs in plans and must only read. */
  unless?: string
  /** Done when this command fails. It also runs in plans and must only read. */
  onlyIf?: string
  /** Takes it back. Without it the change is irreversible, and needs `--allow-irreversible`. */
  undo?: string
  /** Standard input; the place for secrets. */
  stdin?: Text
  /** Exit codes that are no failure. Default `[0]`. */
  ok?: readonly number[]
  /** `enforce` (default), or `audit`: shown in plans, never run. */
  mode?: RunMode
}

/**
 * A command, for what no resource can say. Without `creates`, `unless` or `onlyIf` it runs once, and again when its
 * declaration changed.
 *
 * @example
 * exec('initialise', { command: 'app-admin init', creates: '/var/lib/app/db', undo: 'rm -rf /var/lib/app/db' })
 */
export const exec = (id: string, props: ExecProps): Handle => declare('exec', id, { ...props })
