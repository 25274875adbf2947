import type { z } from 'zod'
import type { Blob } from '../blobs/blob.ts'
import type { BlobStore } from '../blobs/store.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { SchemaIssue } from '../diagnostics/schema-issues.ts'
import { schemaIssues } from '../diagnostics/schema-issues.ts'
import type { Json, Resource } from '../document/document.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Capability } from '../states/kind.ts'
import type { Action, Args, Key } from '../steps/step.ts'

/** One step before it is put in order: its text is made at the end. */
export interface LoweredStep {
  readonly verb: string
  readonly target: string
  readonly args?: Args
  readonly actions?: readonly Action[]
  /** Keys of other steps behind which it comes, as far as they are declared. */
  readonly behind?: readonly Key[]
}

/** A read-only command that plans need: a probe, or the guard of an exec (`unless:ID`, `onlyIf:ID`). */
export interface Probe {
  readonly id: string
  readonly argv: readonly string[]
  readonly stdin?: string
  readonly user?: string
  readonly directory?: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

export interface LoweredResource {
  readonly steps: readonly LoweredStep[]
  readonly probes?: readonly Probe[]
}

/** What a resource lowers by. Everything that it needs of the world comes through here. */
export interface LowerContext {
  readonly site: string
  readonly host: string
  readonly profile: Profile
  /** The config folder; `source` properties are relative to it. */
  readonly root: string
  readonly blobs: BlobStore
  /** All resources of the host, for what one says of another (the home of a user). */
  readonly resources: readonly Resource[]
  /** Reports a mistake of the resource being lowered; position, host and key are added. */
  report(
    diagnostic: Pick<Diagnostic, 'code' | 'summary' | 'detail' | 'hint'> & Partial<Pick<Diagnostic, 'severity'>>,
  ): void
  /** The text of a property that must be known now: facts are filled in; a secret or probe output in it is reported. */
  plain(value: Json | undefined, property: string): string | undefined
  /** The name of a text's content: a SHA-256, or `sealed:…`/`held:…` where it has holes. */
  content(value: Json, property: string): string
  /** As `content`, but always sealed: for texts that are secret as a whole. */
  sealed(value: Json, property: string): string
  /** As `sealed`, for what a server keeps of a password (src/secrets/verifier.ts): the password itself does not travel. */
  verifier(value: Json, property: string, sort: string, salt: string): string
  /**
   * A content of that SHA-256 that is only got when a plan finds that a host lacks it; answers the name. What `get` throws
   * gets the position of the resource.
   */
  later(sha256: string, get: () => Promise<Blob>): string
  /** The unit of a service as people name it: `sshd` → `ssh.service`. */
  unit(service: string): string
  /** What the host said of itself when it was last asked; undefined where that is not known. */
  fact(name: string): string | undefined
  /** For what a resource says of the running host beside its files: without it, the files alone hold from the next boot. */
  can(capability: Capability): boolean
}

/** The first argument of a resource function. */
export interface Identity {
  readonly name: string
  readonly summary: string
  readonly schema: z.ZodType<unknown, string>
}

export interface Example {
  readonly id: string
  /** What people give as the first argument, where the identity holds more than that. */
  readonly given?: string
  readonly props: { readonly [name: string]: Json }
}

/** One thing that people can declare: form, documentation, example and lowering in one object. */
export interface ResourceDefinition {
  readonly type: string
  /** What people call: differs from `type` only where that is a reserved word. */
  readonly functionName: string
  readonly summary: string
  readonly detail: string
  /** How its changes are taken back, in words. */
  readonly reversal: string
  readonly identity: Identity
  readonly schema: z.ZodObject
  readonly examples: readonly Example[]
  /** What is wrong with an identity or, beyond the schema, with the properties together; `all` are those of the host. */
  mistakes(resource: Resource, all: readonly Resource[]): readonly SchemaIssue[]
  /** Undefined where the properties do not fit the schema. */
  lower(resource: Resource, context: LowerContext): Promise<LoweredResource | undefined>
}

interface Definition<S extends z.ZodObject>
  extends Omit<ResourceDefinition, 'schema' | 'lower' | 'mistakes' | 'functionName'> {
  readonly functionName?: string
  readonly schema: S
  /** Mistakes that one property alone does not show, as sentences; `all` are the resources of the host. */
  readonly together?: (props: z.output<S>, id: string, all: readonly Resource[]) => readonly string[]
  readonly lower: (id: string, props: z.output<S>, context: LowerContext) => LoweredResource | Promise<LoweredResource>
}

/** Makes a definition; inside, properties are of the type that the schema promises. */
export const defineResource = <S extends z.ZodObject>(definition: Definition<S>): ResourceDefinition => {
  // Mistakes are looked for and steps made of the same resource, which never changes.
  const parsed = new WeakMap<Resource, z.ZodSafeParseResult<z.output<S>>>()
  const parse = (resource: Resource): z.ZodSafeParseResult<z.output<S>> => {
    const known = parsed.get(resource)
    if (known !== undefined) return known
    const result = definition.schema.safeParse(resource.props)
    parsed.set(resource, result)
    return result
  }
  return {
    functionName: definition.type,
    ...definition,
    mistakes(resource, all) {
      const identity = schemaIssues(definition.identity.schema, resource.id, definition.identity.name)
      const { success, data } = parse(resource)
      const together = success ? (definition.together?.(data, resource.id, all) ?? []) : []
      return [...identity, ...together.map((summary): SchemaIssue => ({ code: 'wrong-value', summary, path: [] }))]
    },
    async lower(resource, context) {
      const { success, data } = parse(resource)
      return success ? definition.lower(resource.id, data, context) : undefined
    },
  }
}

/** The schema shape of a resource's own properties; keeps schema and the interface that editors show in step. */
export type Shape<Props> = { readonly [Name in keyof Omit<Props, CommonName>]-?: z.ZodType }

type CommonName = 'after' | 'onChange' | 'restartOn' | 'onRemoval'
