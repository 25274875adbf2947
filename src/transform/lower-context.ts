import { textBlob } from '../blobs/make.ts'
import type { BlobStore } from '../blobs/store.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Json, Resource } from '../document/document.ts'
import type { Profile } from '../profiles/profile.ts'
import type { LowerContext } from '../resources/definition.ts'
import type { Capability } from '../states/kind.ts'
import { textPartsFromJson } from '../text/from-json.ts'
import { hasSecret, sealedDigest } from '../text/resolve.ts'
import type { Part } from '../text/text.ts'
import { unitOf } from './unit-name.ts'

export interface Surroundings {
  readonly site: string
  readonly host: string
  readonly profile: Profile
  readonly root: string
  readonly blobs: BlobStore
  readonly resources: readonly Resource[]
  readonly resolveFact?: (name: string) => string | undefined
  readonly capabilities: ReadonlySet<Capability>
  readonly diagnostics: Diagnostic[]
}

/** What one resource lowers by; mistakes get its position. */
export const contextOf = (resource: Resource, around: Surroundings): LowerContext => {
  const placed = (diagnostic: Parameters<LowerContext['report']>[0]): Diagnostic => ({
    severity: 'error',
    ...diagnostic,
    summary: `${resource.type} '${resource.id}': ${diagnostic.summary}`,
    source: resource.source,
    host: around.host,
    key: `${resource.type}:${resource.id}`,
    ...(resource.via === undefined
      ? {}
      : { related: resource.via.map((source) => ({ source, note: 'called from here' })) }),
  })
  const report: LowerContext['report'] = (diagnostic) => void around.diagnostics.push(placed(diagnostic))
  const partsOf = (value: Json | undefined, property: string): readonly Part[] =>
    (textPartsFromJson(value) ?? []).map((part) => {
      if (typeof part === 'string' || !('fact' in part)) return part
      const fact = around.resolveFact?.(part.fact)
      if (fact === undefined)
        report({
          code: 'unknown-fact',
          summary: `${property} needs the fact '${part.fact}', which is not known`,
          hint: `hexis facts --on ${around.host} asks the host for its facts.`,
        })
      return fact ?? ''
    })
  const store = (parts: readonly Part[], secret: boolean): string => {
    const joined = joinedParts(parts)
    const held = joined.some((part) => typeof part !== 'string')
    if (!held && !secret) return around.blobs.add(textBlob(joined.join('')))
    const name = sealedDigest(joined)
    const isSecret = secret || hasSecret(joined)
    return around.blobs.hold(isSecret ? name : name.replace('sealed:', 'held:'), joined)
  }
  return {
    site: around.site,
    host: around.host,
    profile: around.profile,
    root: around.root,
    blobs: around.blobs,
    resources: around.resources,
    report,
    plain(value, property) {
      if (value === undefined) return undefined
      const parts = partsOf(value, property)
      if (parts.some((part) => typeof part !== 'string')) {
        report({
          code: 'held-here',
          summary: `${property} can hold neither secrets nor probe output`,
          hint: 'It becomes part of a plan that people see; the content of a file or stdin can hold them.',
        })
        return undefined
      }
      return parts.join('')
    },
    content: (value, property) => store(partsOf(value, property), false),
    sealed: (value, property) => store(partsOf(value, property), true),
    verifier: (value, property, derived, salt) =>
      store([{ derived, salt, of: joinedParts(partsOf(value, property)) }], true),
    later: (sha256, get) =>
      around.blobs.await(sha256, () =>
        get().catch((error: unknown) => {
          throw error instanceof DiagnosticError ? new DiagnosticError(error.diagnostics.map(placed)) : error
        }),
      ),
    unit: (service) => unitOf(service, around.profile),
    fact: (name) => around.resolveFact?.(name),
    can: (capability) => around.capabilities.has(capability),
  }
}

/** Neighbouring literals as one, so that the name of a text does not depend on how it was put together. */
const joinedParts = (parts: readonly Part[]): readonly Part[] => {
  const out: Part[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part
    else if (part !== '') out.push(part)
  }
  return out
}
