import type { Handle } from '../../document/declare.ts'
import { declare } from '../../document/declare.ts'
import type { ResourceProps, RunMode } from '../resource-props.ts'

/** What may have a locale of its own, as locale(7) has it. */
export type LocaleCategory =
  | 'LC_CTYPE'
  | 'LC_NUMERIC'
  | 'LC_TIME'
  | 'LC_COLLATE'
  | 'LC_MONETARY'
  | 'LC_MESSAGES'
  | 'LC_PAPER'
  | 'LC_NAME'
  | 'LC_ADDRESS'
  | 'LC_TELEPHONE'
  | 'LC_MEASUREMENT'
  | 'LC_IDENTIFICATION'

export interface LocaleProps extends ResourceProps {
  /** Locales for single things: `{ LC_TIME: 'en_GB.UTF-8' }`. */
  categories?: { readonly [Category in LocaleCategory]?: string }
  /** Languages of messages, the preferred one first: `['de', 'en']`. */
  languages?: readonly string[]
  /** `enforce` (default), or `audit`: shown in plans, never changed. */
  mode?: RunMode
}

/**
 * The locale of the host: language, encoding, formats. It is generated or installed where the system needs that.
 *
 * @example
 * locale('de_DE.UTF-8', { categories: { LC_MESSAGES: 'C.UTF-8' } })
 */
export const locale = (name: string, props: LocaleProps = {}): Handle => declare('locale', name, { ...props })
