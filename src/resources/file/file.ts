import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { Text } from '../../text/text.ts'
import type { ResourceProps } from '../resource-props.ts'

export interface FileProps extends ResourceProps {
  /** The whole content. Secrets and probe output go in through the `text` tag. */
  content?: Text
  /** A file of the config repository, relative to the module that says so; any size, any bytes. */
  source?: string
  /** Permissions: `'0644'` or `'u=rw,go=r'`. Not managed when left out. */
  mode?: string
  /** Name of the owning user. Not managed when left out. */
  owner?: string
  /** Name of the owning group. Not managed when left out. */
  group?: string
  /** True: the file shall not be there. */
  absent?: boolean
  /** A command that must succeed before the file takes its place; `%s` is the candidate: `'nginx -t -c %s'`. */
  validate?: string
  /** Make missing parent directories. */
  parents?: boolean
  /** `allow`: replace a file that has several hard links. Such a file is refused otherwise. */
  hardlinks?: 'allow'
}

/**
 * A file: its content, permissions and owner. Only what is given is managed.
 *
 * @example
 * file('/etc/motd', { content: 'Welcome.\n', mode: '0644' })
 */
export const file = (path: string, props: FileProps): Handle => declare('file', path, { ...props })
