import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { HostDocument } from '../document/document.ts'
import { validateDocument } from '../document/validate.ts'
import { type Resources, schemasOf } from '../resources/registry.ts'

/**
 * Everything that is wrong with a document and can be known without facts: schemas, references, identities, and
 * properties that do not go together. All at once, each with its line.
 */
export const documentMistakes = (document: HostDocument, resources: Resources): readonly Diagnostic[] => [
  ...validateDocument(document, schemasOf(resources)),
  ...identityMistakes(document, resources),
]

/** The part of {@link documentMistakes} that schemas alone do not find. */
export const identityMistakes = (document: HostDocument, resources: Resources): readonly Diagnostic[] => [
  ...document.resources.flatMap((resource) =>
    (resources.get(resource.type)?.mistakes(resource, document.resources) ?? []).map(
      (issue): Diagnostic => ({
        severity: 'error',
        code: issue.code,
        summary: `${resource.type} '${resource.id}': ${issue.summary}`,
        ...(issue.hint === undefined ? {} : { hint: issue.hint }),
        source: resource.source,
        host: document.host,
        key: `${resource.type}:${resource.id}`,
        ...(resource.via === undefined
          ? {}
          : { related: resource.via.map((source) => ({ source, note: 'called from here' })) }),
      }),
    ),
  ),
  ...restartMistakes(document),
]

const restartMistakes = (document: HostDocument): readonly Diagnostic[] =>
  document.resources
    .filter((resource) => resource.restartOn !== undefined && !['service', 'container'].includes(resource.type))
    .map((resource) => ({
      severity: 'error',
      code: 'wrong-value',
      summary: `${resource.type} '${resource.id}': restartOn belongs to services and containers`,
      hint: 'Say onChange: restart(SERVICE) on what changes instead.',
      source: resource.source,
      host: document.host,
      key: `${resource.type}:${resource.id}`,
    }))
