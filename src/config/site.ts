import { callSites } from '../diagnostics/call-sites.ts'
import type { Source } from '../diagnostics/diagnostic.ts'
import type { Groups, Host, HostOf, HostSource, Hosts, None, Site, SiteDeclaration, Vars } from './site-types.ts'

export type { Host, HostOf, Site }

const siteTag: unique symbol = Symbol.for('hexis.site')

/** What `defineSite` keeps: unchecked, as a person wrote it. */
export interface WrittenSite {
  readonly declaration: Readonly<Record<string, unknown>>
  readonly definedAt?: Source
}

/** Describes a site: its hosts, and in `configure` what each of them is to be. The default export of `site.ts`. */
export const defineSite = <
  const H extends Hosts = None,
  const G extends Groups = None,
  const D extends Vars = None,
  const S extends readonly HostSource[] = readonly [],
>(
  site: SiteDeclaration<H, G, D, S>,
): Site<H, G, D, S> => {
  const definedAt = callSites()[0]
  const written: WrittenSite = {
    declaration: { ...site },
    ...(definedAt === undefined ? {} : { definedAt }),
  }
  const made: Site<H, G, D, S> & { readonly [siteTag]: WrittenSite } = { [siteTag]: Object.freeze(written) }
  return Object.freeze(made)
}

/** The site behind a default export, or undefined where `defineSite` did not make it. */
export const writtenSite = (value: unknown): WrittenSite | undefined => {
  if (typeof value !== 'object' || value === null || !(siteTag in value)) return undefined
  return value[siteTag] as WrittenSite
}
