import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { EditPlace } from '../line/line.ts'
import { partId } from '../line/line.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface BlockProps extends ResourceProps, EditPlace {
  /** A name for the block within its file; it stands in the markers. */
  id: string
  /** The lines between the markers. */
  text?: Text
  /** What starts a comment in this file. Default `'#'`. */
  comment?: string
  /** What ends a comment, where one must be ended: `'-->'`. */
  commentEnd?: string
  /** True: the block and its markers shall not be there. */
  absent?: boolean
  /** Make the file when it is missing. */
  create?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * Lines of a file that others write too, between two comments that name their owner.
 *
 * @example
 * block('/etc/ssh/ssh_config', { id: 'bastion', text: 'Host bastion\n  User ops\n' })
 */
export const block = (path: string, props: BlockProps): Handle => {
  const { id, ...rest } = props
  return declare('block', partId(path, id ?? ''), { ...rest })
}
