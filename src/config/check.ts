import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { HostDocument } from '../document/document.ts'
import type { Schemas } from '../document/validate.ts'
import { validateDocument } from '../document/validate.ts'
import { canonicalJson } from '../text/canonical.ts'
import type { Facts, LoadedConfig } from './loaded.ts'

export interface CheckOptions {
  /** Names of the hosts to check; all when undefined. */
  readonly hosts?: readonly string[]
  /** Facts that are known, by host. */
  readonly facts?: ReadonlyMap<string, Facts>
}

/** Evaluates and validates hosts: every mistake at once. Each host is evaluated twice, and must say the same twice. */
export const checkConfig = async (
  config: LoadedConfig,
  schemas: Schemas,
  options: CheckOptions = {},
): Promise<readonly Diagnostic[]> => {
  const found: Diagnostic[] = []
  for (const host of options.hosts ?? config.inventory.hosts.keys()) {
    const facts = options.facts?.get(host)
    const first = await config.evaluate(host, facts)
    found.push(...first.diagnostics)
    if (first.document === undefined) continue
    found.push(...validateDocument(first.document, schemas))
    const second = await config.evaluate(host, facts)
    if (second.document !== undefined) found.push(...difference(first.document, second.document))
    else found.push(...second.diagnostics)
  }
  return withoutRepeats(found)
}

/** Where two evaluations of one host part. */
const difference = (first: HostDocument, second: HostDocument): readonly Diagnostic[] => {
  const length = Math.max(first.resources.length, second.resources.length)
  for (let index = 0; index < length; index++) {
    const a = first.resources[index]
    const b = second.resources[index]
    if (canonicalJson(a) === canonicalJson(b)) continue
    const resource = a ?? b
    if (resource === undefined) break
    return [
      {
        severity: 'error',
        code: 'not-deterministic',
        summary: `${resource.type} '${resource.id}' is not the same in two evaluations of ${first.host}`,
        detail: 'A plan could not be told apart from chance: the next run would declare something else.',
        hint: 'Use no time, randomness, network or changing global state in configure; put such values into vars.',
        source: resource.source,
        host: first.host,
        key: `${resource.type}:${resource.id}`,
      },
    ]
  }
  return []
}

/** One mistake of a shared module is one message, however many hosts have it; the first host stands for all. */
const withoutRepeats = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const seen = new Set<string>()
  return diagnostics.filter(({ host: _host, ...rest }) => {
    if (rest.source === undefined) return true
    const name = canonicalJson(rest)
    if (seen.has(name)) return false
    seen.add(name)
    return true
  })
}
