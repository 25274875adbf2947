import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { canonicalJson } from '../text/canonical.ts'
import type { Resource } from './document.ts'

const meaning = ({ source: _source, via: _via, ...rest }: Resource): string => canonicalJson(rest)

/**
 * Equal declarations of one `type:id` become one, at the place of the first; unequal ones are errors that name both
 * places.
 */
export const mergeResources = (
  resources: readonly Resource[],
  host: string,
): { readonly resources: readonly Resource[]; readonly diagnostics: readonly Diagnostic[] } => {
  const first = new Map<string, Resource>()
  const kept: Resource[] = []
  const diagnostics: Diagnostic[] = []
  for (const resource of resources) {
    const ref = `${resource.type}:${resource.id}`
    const earlier = first.get(ref)
    if (earlier === undefined) {
      first.set(ref, resource)
      kept.push(resource)
    } else if (meaning(earlier) !== meaning(resource)) diagnostics.push(conflict(earlier, resource, host))
  }
  return { resources: kept, diagnostics }
}

const conflict = (earlier: Resource, resource: Resource, host: string): Diagnostic => {
  const names = new Set([...Object.keys(earlier.props), ...Object.keys(resource.props)])
  const differing = [...names].filter((n) => canonicalJson(earlier.props[n]) !== canonicalJson(resource.props[n]))
  return {
    severity: 'error',
    code: 'declared-twice',
    summary: `${resource.type} '${resource.id}' is declared twice, differently`,
    ...(differing.length === 0 ? {} : { detail: `They differ in ${differing.join(', ')}.` }),
    hint: 'Declare it in one place, or make both say the same.',
    source: resource.source,
    related: [{ source: earlier.source, note: 'first declared here' }],
    host,
    key: `${resource.type}:${resource.id}`,
  }
}
