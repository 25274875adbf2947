import { isDeepStrictEqual } from 'node:util'
import type { LoadedConfig } from '../config/index.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { documentDigest } from '../document/canonical.ts'
import type { HostDocument } from '../document/document.ts'
import type { Facts } from '../host/session.ts'
import type { InventoryHost } from '../inventory/index.ts'
import { mergeProfiles, profileFor, profiles } from '../profiles/index.ts'
import type { Capability } from '../states/kind.ts'
import { parseList } from '../steps/list.ts'
import { documentMistakes, lower } from '../transform/index.ts'
import { hasErrors } from './context.ts'
import type { Desired } from './desired.ts'
import { factAt } from './fact-at.ts'
import { type NameUse, recordingNames } from './names-used.ts'
import type { Registry } from './registry.ts'

/** What lowering needs to know of a host beside its document. */
export interface HostContext {
  readonly host: InventoryHost
  readonly facts: Facts | undefined
  readonly capabilities: ReadonlySet<Capability>
}

export interface Declared {
  readonly document?: HostDocument
  readonly desired?: Desired
  /** The names that were translated for this host. */
  readonly names?: readonly NameUse[]
  readonly diagnostics: readonly Diagnostic[]
}

const osOf = (context: HostContext): { id: string; version: string; idLike: readonly string[] } => {
  const written = context.host.os?.split('/')
  const fact = (name: string): string | undefined => {
    const value = context.facts === undefined ? undefined : factAt(context.facts, name)
    return typeof value === 'string' ? value : undefined
  }
  const like = context.facts === undefined ? undefined : factAt(context.facts, 'os.idLike')
  return {
    id: written?.[0] ?? fact('os.id') ?? 'linux',
    version: written?.[1] ?? fact('os.version') ?? '',
    idLike: Array.isArray(like) ? like.filter((one) => typeof one === 'string') : [],
  }
}

/** What else is wrong, so that all is said at once: of the resources that evaluation had nothing to say about. */
const furtherMistakes = (
  { incomplete, diagnostics }: Awaited<ReturnType<LoadedConfig['evaluate']>>,
  registry: Registry,
): readonly Diagnostic[] => {
  if (incomplete === undefined) return []
  const told = new Set(diagnostics.map((one) => one.key))
  return documentMistakes(incomplete, registry.resources).filter(
    // What refers to a resource that was never reached is not to blame.
    (one) => !told.has(one.key) && one.code !== 'unknown-reference',
  )
}

/** What came out for a document whose folder never changes, and by what: an agent asks again and again. */
const lowered = new WeakMap<
  HostDocument,
  { readonly by: Pick<HostContext, 'facts' | 'capabilities'>; readonly declared: Declared }
>()

/** Evaluates, validates and lowers one host. Contacts nothing. */
export const declared = async (config: LoadedConfig, registry: Registry, context: HostContext): Promise<Declared> => {
  const evaluation = await config.evaluate(context.host.name, context.facts)
  const { document } = evaluation
  if (document === undefined || hasErrors(evaluation.diagnostics))
    return { diagnostics: [...evaluation.diagnostics, ...furtherMistakes(evaluation, registry)] }
  if (config.fixed !== true) return lowerDocument(config, registry, context, evaluation, document)
  const by = { facts: context.facts, capabilities: context.capabilities }
  const known = lowered.get(document)
  if (known !== undefined && isDeepStrictEqual(known.by, by)) return known.declared
  const fresh = await lowerDocument(config, registry, context, evaluation, document)
  if (fresh.desired !== undefined) lowered.set(document, { by, declared: fresh })
  return fresh
}

const lowerDocument = async (
  config: LoadedConfig,
  registry: Registry,
  context: HostContext,
  evaluation: Awaited<ReturnType<LoadedConfig['evaluate']>>,
  document: HostDocument,
): Promise<Declared> => {
  const invalid = documentMistakes(document, registry.resources)
  if (hasErrors(invalid)) return { document, diagnostics: [...evaluation.diagnostics, ...invalid] }
  const os = osOf(context)
  const profile = profileFor(os, mergeProfiles(profiles, config.profiles))
  if (profile.profile === undefined)
    return { document, diagnostics: [...evaluation.diagnostics, ...profile.diagnostics] }
  const facts = context.facts ?? {}
  const names: NameUse[] = []
  const list = await lower(document, {
    resources: recordingNames(registry.resources, names),
    profile: profile.profile,
    capabilities: context.capabilities,
    siteRoot: config.root,
    os: `${os.id}/${os.version}`,
    strict: context.host.strict,
    resolveFact: (name) => {
      const value = factAt(facts, name)
      return value === undefined ? undefined : String(value)
    },
  })
  const diagnostics = [...evaluation.diagnostics, ...invalid, ...profile.diagnostics, ...list.diagnostics]
  if (hasErrors(diagnostics)) return { document, diagnostics }
  const desired: Desired = {
    steps: list.steps,
    probes: list.probes,
    texts: list.blobs.texts,
    blobs: list.blobs.blobs,
    later: list.blobs.later,
    meta: list.meta,
    commit: config.commit,
    dirty: config.dirty,
    document: documentDigest(document),
    os: `${os.id}/${os.version}`,
    diagnostics,
  }
  return { document, desired, names, diagnostics }
}

/** A stored list as what is wanted; never evaluated again. An empty text is before Hexis: nothing at all. */
export const desiredFromList = (
  text: string,
  from: { readonly commit: string; readonly os: string; readonly label: string },
): Desired => {
  const list = parseList(text, from.label)
  if (hasErrors(list.diagnostics)) throw new DiagnosticError(list.diagnostics)
  return {
    steps: list.steps,
    probes: [],
    texts: new Map(),
    blobs: new Map(),
    meta: new Map(),
    commit: from.commit,
    dirty: false,
    document: '',
    rollback: true,
    os: list.header?.os ?? from.os,
    diagnostics: [],
  }
}
