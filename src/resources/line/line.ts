import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Pattern, ResourceProps, RunMode } from '../resource-props.ts'

export interface EditPlace {
  /**
   * Where a new one goes: `'end'` (default), `'top'`, before or after the first line that matches. Where no line does, at
   * the end. One that is there already stays where it is.
   */
  place?: 'end' | 'top' | { readonly before: Pattern } | { readonly after: Pattern }
}

export interface LineProps extends ResourceProps, EditPlace {
  /** The line, without its end. */
  line?: string
  /** The line to replace: the first that matches. Without a match the line is added. */
  match?: Pattern
  /** A name for the line within its file, so that changing its text is an update. Default: `match`, else the text. */
  id?: string
  /** True: no line that matches (or equals `line`) shall be there. */
  absent?: boolean
  /** Make the file when it is missing. */
  create?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * One line of a file that others write too.
 *
 * @example
 * line('/etc/hosts', { id: 'db', match: /\sdb$/, line: '10.0.0.5 db' })
 */
export const line = (path: string, props: LineProps): Handle => {
  const { id, ...rest } = props
  return declare('line', partId(path, id ?? lineName(props)), { ...rest })
}

/** `PATH#NAME`. A `#` of the path itself is encoded, so that it never ends the path. */
export const partId = (path: string, part: string): string => `${path.replaceAll('#', '%23')}#${part}`

/** The identity of a line: its `match`, else its text. Data (YAML) writes a match with flags as `{ regex, flags }`. */
const lineName = ({ match, line }: LineProps): string => {
  if (match === undefined) return line ?? ''
  if (typeof match === 'string') return match
  return 'regex' in match ? String(match.regex) : match.source
}
