import { pointer } from '../states/edits/pointer.ts'
import type { Text } from '../text/text.ts'
import { partId } from './line/line.ts'
import type { ResourceProps, RunMode } from './resource-props.ts'

/** What a value of a file can be. */
export type KeyedValue = Text | number | boolean | null | readonly KeyedValue[] | { readonly [key: string]: KeyedValue }

/** Properties of the resources that hold one value of a file of nested keys. */
export interface KeyedValueProps extends ResourceProps {
  /** The keys that lead to the value, from the outside in: `['server', 'port']`. A number is an item of a list. */
  at: readonly (string | number)[]
  /** The value: text, a number, true or false, a list, an object. */
  value?: KeyedValue
  /** True: the key shall not be there. */
  absent?: boolean
  /** Make the file when it is missing. */
  create?: boolean
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/** `/etc/app.json#/server/port`. Whatever else `at` may be is told by the check of the properties. */
export const keyedId = (path: string, { at }: { readonly at?: unknown }): string =>
  partId(path, Array.isArray(at) ? pointer(at) : '')
