import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import { iniEdit } from '../../states/edits/ini.ts'
import type { Text } from '../../text/text.ts'
import { partId } from '../line/line.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

export interface IniProps extends ResourceProps {
  /** The section, as it stands between the brackets. Left out: what stands before any section. */
  section?: string
  /** The key. */
  key: string
  /** The value, as it stands in the file: with quotes where the program wants them. */
  value?: Text | number
  /** True: the key stands alone, without `=` and a value. */
  bare?: boolean
  /** True: in this file a space and `#` or `;` behind a value begin a comment, which stays. Default: part of the value. */
  inlineComments?: boolean
  /** True: the key shall not be there. */
  absent?: boolean
  /** Make the file when it is missing. */
  create?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * One entry of a file of sections, keys and values that others write too.
 *
 * @example
 * ini('/etc/php.ini', { section: 'PHP', key: 'memory_limit', value: '256M' })
 */
export const ini = (path: string, props: IniProps): Handle => declare('ini', partId(path, iniPart(props)), { ...props })

/** `[server]port`. */
export const iniPart = (props: { readonly section?: string | undefined; readonly key?: string }): string =>
  iniEdit.part({ ...(props.section === undefined ? {} : { section: props.section }), key: props.key ?? '' })
