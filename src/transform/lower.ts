import type { BlobStore } from '../blobs/store.ts'
import { newBlobStore } from '../blobs/store.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { formatSource } from '../diagnostics/diagnostic.ts'
import type { HostDocument, Resource } from '../document/document.ts'
import { mergeResources } from '../document/merge.ts'
import type { Profile } from '../profiles/profile.ts'
import type { LoweredResource, Probe } from '../resources/definition.ts'
import { resources as builtinResources, type Resources } from '../resources/registry.ts'
import { builtinKinds } from '../states/index.ts'
import type { Capability } from '../states/kind.ts'
import type { Kinds } from '../states/registry.ts'
import { formatList } from '../steps/list.ts'
import { makeStep } from '../steps/parse.ts'
import type { Action, Key, Step } from '../steps/step.ts'
import { actionNeeds, type Unsupported, unsupportedDiagnostic } from './capabilities.ts'
import { edgesOf } from './edges.ts'
import { gathered } from './gather.ts'
import { contextOf, type Surroundings } from './lower-context.ts'
import { mergeSteps } from './merge-steps.ts'
import { identityMistakes } from './mistakes.ts'
import { inOrder } from './order.ts'
import { type PlacedStep, placeOfStep } from './placed-step.ts'
import { triggersOf } from './trigger.ts'
import { withFollowers, withWaited } from './waits.ts'

export interface LowerOptions {
  readonly profile: Profile
  readonly capabilities: ReadonlySet<Capability>
  /** The config folder; `source` properties are relative to it. */
  readonly siteRoot: string
  /** `debian/12`, for the header; the profile's id when left out. */
  readonly os?: string
  /** Fills facts in texts: `os.id` → `debian`. */
  readonly resolveFact?: (name: string) => string | undefined
  /** What the host lacks is an error instead of a warning. */
  readonly strict?: boolean
  readonly resources?: Resources
  /** The kinds that own the keys; the built-in ones when left out. */
  readonly kinds?: Kinds
}

/** What a resource says beside its state. */
export interface StepMeta {
  readonly onRemoval?: 'undo' | 'keep'
  readonly audit?: boolean
}

/** One host's steps, and all that is needed to plan and carry them out. */
export interface LoweredDocument {
  readonly steps: readonly Step[]
  /** The steps as text, with header. */
  readonly list: string
  readonly blobs: BlobStore
  readonly probes: readonly Probe[]
  /** Paths that must be observed since an exec is done when they exist. */
  readonly creates: readonly string[]
  readonly meta: ReadonlyMap<Key, StepMeta>
  readonly unsupported: readonly Unsupported[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The steps of one host: its document in the words of its operating system, in order. The document's schemas must have
 * been checked; what is still wrong comes back as diagnostics, and the list is empty when there is an error.
 */
export const lower = async (document: HostDocument, options: LowerOptions): Promise<LoweredDocument> => {
  const definitions = options.resources ?? builtinResources
  const kinds = options.kinds ?? builtinKinds
  const blobs = newBlobStore()
  const { resources } = mergeResources(document.resources, document.host)
  const diagnostics: Diagnostic[] = [...identityMistakes({ ...document, resources }, definitions)]
  const around: Surroundings = {
    site: document.site,
    host: document.host,
    profile: options.profile,
    capabilities: options.capabilities,
    root: options.siteRoot,
    blobs,
    resources,
    diagnostics,
    ...(options.resolveFact === undefined ? {} : { resolveFact: options.resolveFact }),
  }
  const unsupported: Unsupported[] = []
  const placed: PlacedStep[] = []
  const probes: Probe[] = []
  const triggers = triggersOf(resources, options.profile)
  for (const resource of resources) {
    const lowered = await definitions.get(resource.type)?.lower(resource, contextOf(resource, around))
    if (lowered === undefined) continue
    const lacking = lackingCapability(lowered, options.capabilities, kinds)
    if (lacking !== undefined) {
      unsupported.push({ resource, capability: lacking })
      continue
    }
    const actions = possible(triggers.get(`${resource.type}:${resource.id}`) ?? [], options.capabilities)
    placed.push(...lowered.steps.map((step) => placedStep(step, resource, actions, options.capabilities, kinds)))
    probes.push(...(lowered.probes ?? []))
  }
  const merged = mergeSteps(withWaited(placed), document.host)
  diagnostics.push(
    ...merged.diagnostics,
    ...unsupported.map((one) => unsupportedDiagnostic(one, document.host, options.strict ?? false)),
  )
  const before = edgesOf(merged.steps)
  const ordered = inOrder(before)
  const placedSteps = withFollowers(merged.steps, before)
  if (ordered.circle !== undefined) diagnostics.push(circle(ordered.circle, merged.steps, document.host))
  const failed = diagnostics.some((one) => one.severity === 'error')
  const final = failed
    ? []
    : gathered(ordered.order ?? [], merged.steps, before).flatMap((number) => placedSteps[number] ?? [])
  const steps = final.map(finished)
  const header = { host: document.host, os: options.os ?? options.profile.id, site: document.site }
  return {
    steps,
    list: formatList({ header, steps }),
    blobs,
    probes,
    creates: [...new Set(final.flatMap((step) => (step.verb === 'EXEC' ? (step.args?.creates ?? []) : [])))],
    meta: metaOf(final),
    unsupported,
    diagnostics,
  }
}

const lackingCapability = (
  { steps, probes = [] }: LoweredResource,
  capabilities: ReadonlySet<Capability>,
  kinds: Kinds,
): Capability | undefined => {
  const requires = (verb: string): Capability => kinds.byVerb.get(verb)?.requires ?? 'paths'
  const needed = [...steps.map((step) => requires(step.verb)), ...probes.map((): Capability => 'exec')]
  return needed.find((one) => !capabilities.has(one))
}

const possible = (actions: readonly Action[], capabilities: ReadonlySet<Capability>): readonly Action[] =>
  actions.filter((action) => capabilities.has(actionNeeds[action.verb]))

/** Where no command can run, nothing can be validated; the plan of such a host promises no more than paths. */
const placedStep = (
  step: LoweredResource['steps'][number],
  resource: Resource,
  actions: readonly Action[],
  capabilities: ReadonlySet<Capability>,
  kinds: Kinds,
): PlacedStep => {
  const { validate: _validate, ...withoutValidate } = step.args ?? {}
  return {
    ...step,
    args: capabilities.has('exec') ? (step.args ?? {}) : withoutValidate,
    actions: [...possible(step.actions ?? [], capabilities), ...actions],
    ...placeOfStep(step, kinds.byVerb.get(step.verb)),
    resource,
  }
}

const finished = ({ verb, target, args = {}, actions = [], resource }: PlacedStep): Step =>
  makeStep({ verb, target, args, actions, source: formatSource(resource.source) })

const metaOf = (steps: readonly PlacedStep[]): ReadonlyMap<Key, StepMeta> => {
  const meta = new Map<Key, StepMeta>()
  for (const { key, resource } of steps) {
    if (resource.onRemoval === undefined && resource.mode !== 'audit') continue
    meta.set(key, {
      ...(resource.onRemoval === undefined ? {} : { onRemoval: resource.onRemoval }),
      ...(resource.mode === 'audit' ? { audit: true } : {}),
    })
  }
  return meta
}

const circle = (members: readonly number[], steps: readonly PlacedStep[], host: string): Diagnostic => {
  const resources = [...new Set(members.flatMap((number) => steps[number]?.resource ?? []))]
  const names = resources.map((resource) => `${resource.type}:${resource.id}`)
  const [first, ...others] = resources
  return {
    severity: 'error',
    code: 'circle',
    summary: `these need each other, so that none can come first: ${[...names, names[0] ?? ''].join(' → ')}`,
    detail: 'Each needs the next: by `after`, or as its parent directory, owner, group, link target or unit file.',
    hint: 'Take one `after` away.',
    ...(first === undefined ? {} : { source: first.source }),
    related: others.map((resource) => ({ source: resource.source, note: `${resource.type} '${resource.id}'` })),
    host,
  }
}
