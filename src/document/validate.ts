import type { z } from 'zod'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nearest, nearestHint } from '../diagnostics/nearest.ts'
import { schemaIssues } from '../diagnostics/schema-issues.ts'
import { commonNames } from './common-fields.ts'
import type { HostDocument, Resource } from './document.ts'
import { mergeResources } from './merge.ts'

/** The schema of each resource's properties, by type. */
export type Schemas = ReadonlyMap<string, z.ZodType>

/** Everything that is wrong with a document, all at once, each with the line that declared it. */
export const validateDocument = (document: HostDocument, schemas: Schemas): readonly Diagnostic[] => {
  const refs = new Set(document.resources.map((resource) => `${resource.type}:${resource.id}`))
  return [
    ...mergeResources(document.resources, document.host).diagnostics,
    ...document.resources.flatMap((resource) => [
      ...propertyMistakes(resource, document.host, schemas),
      ...referenceMistakes(resource, document.host, refs),
    ]),
  ]
}

const mistake = (
  resource: Resource,
  host: string,
  what: Pick<Diagnostic, 'code' | 'summary'> & { readonly hint?: string | undefined },
): Diagnostic => {
  const { hint, ...rest } = what
  return {
    severity: 'error',
    ...rest,
    ...(hint === undefined ? {} : { hint }),
    source: resource.source,
    ...(resource.via === undefined
      ? {}
      : { related: resource.via.map((source) => ({ source, note: 'called from here' })) }),
    host,
    key: `${resource.type}:${resource.id}`,
  }
}

const propertyMistakes = (resource: Resource, host: string, schemas: Schemas): readonly Diagnostic[] => {
  const schema = schemas.get(resource.type)
  if (schema === undefined) {
    const summary = `unknown resource '${resource.type}'`
    return [
      mistake(resource, host, { code: 'unknown-resource', summary, hint: nearestHint(resource.type, schemas.keys()) }),
    ]
  }
  const subject = `${resource.type} '${resource.id}'`
  return schemaIssues(schema, resource.props, subject).map((issue) => {
    const common = issue.code === 'unknown-property' ? nearest(String(issue.path.at(-1)), commonNames) : undefined
    return mistake(resource, host, {
      code: issue.code,
      summary: issue.summary.startsWith(subject) ? issue.summary : `${subject}: ${issue.summary}`,
      hint: issue.hint?.startsWith('Did') || common === undefined ? issue.hint : `Did you mean '${common}'?`,
    })
  })
}

const referenceMistakes = (resource: Resource, host: string, refs: ReadonlySet<string>): readonly Diagnostic[] =>
  (['after', 'restartOn'] as const).flatMap((field) =>
    (resource[field] ?? [])
      .filter((ref) => !refs.has(ref))
      .map((ref) =>
        mistake(resource, host, {
          code: 'unknown-reference',
          summary: `${resource.type} '${resource.id}': ${field} names ${ref}, which this host does not declare`,
          hint: nearestHint(ref, refs),
        }),
      ),
  )
