import { isUtf8 } from 'node:buffer'
import type { Blob } from '../blobs/blob.ts'
import { textBlob } from '../blobs/make.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Foreseen, Hello, HostSession, Observation } from '../host/session.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { blobNames, planHost, sourceField } from '../plan/index.ts'
import type { HostPlan } from '../plan/plan.ts'
import type { Secrets } from '../secrets/index.ts'
import { edits } from '../states/edits/index.ts'
import type { Kinds } from '../states/registry.ts'
import { formatList, listDigest } from '../steps/list.ts'
import { argsOf } from '../steps/parse.ts'
import { isPartKey, wholeOf } from '../steps/part.ts'
import type { Key, Step } from '../steps/step.ts'
import type { Part } from '../text/text.ts'
import type { Analysed } from './analysed.ts'
import { blobsForDiffs, editDiffs, withDiff } from './changes.ts'
import type { Desired } from './desired.ts'
import { diffLimitBytes } from './diffs.ts'
import { fillText, hasProbe } from './fill.ts'
import { actStates } from './guards.ts'
import { isEdit, observeRequest } from './observe.ts'
import { type FilledText, type Sealed, sealSteps } from './sealed.ts'
import type { EngineOptions } from './types.ts'

export interface AssessInput {
  readonly site: string
  readonly host: string
  readonly hello: Hello
  readonly session: HostSession
  readonly desired: Desired
  readonly kinds: Kinds
  readonly secrets: Secrets
  readonly options: EngineOptions
  /** Whether the package manager is asked what comes along with packages that change. */
  readonly foresee: boolean
}

type Filled = ReadonlyMap<string, FilledText>

/** What went wrong with a text is said with the line that declares it. */
const rethrown = (error: unknown, name: string, input: AssessInput): never => {
  const step = input.desired.steps.find((s) => blobNames(s).includes(name))
  if (!(error instanceof DiagnosticError)) throw error
  throw new DiagnosticError(error.diagnostics.map((d) => ({ ...sourceField(step?.source), ...d })))
}

const fillAll = async (
  input: AssessInput,
  probes: Observation['probes'],
  which: (parts: readonly Part[]) => boolean,
): Promise<Map<string, FilledText>> => {
  const out = new Map<string, FilledText>()
  const context = { secrets: input.secrets, facts: input.hello.facts, probes }
  for (const [name, parts] of input.desired.texts)
    if (which(parts)) out.set(name, await fillText(name, parts, context).catch((error) => rethrown(error, name, input)))
  return out
}

const createsOf = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((s) => (s.verb === 'EXEC' ? (argsOf(s).creates ?? []) : []))

/** One look at the host; a second one only where secret text also holds probe output. */
const look = async (input: AssessInput): Promise<{ observation: Observation; filled: Filled }> => {
  const { session, desired, kinds, hello } = input
  const filled = await fillAll(input, new Map(), (parts) => !hasProbe(parts))
  const request = (known: Filled) =>
    observeRequest({
      kinds,
      steps: desired.steps,
      ledger: hello.ledger,
      filled: known,
      probes: desired.probes,
      creates: createsOf(desired.steps),
    })
  const first = await session.observe(request(filled))
  const late = await fillAll(input, first.probes, hasProbe)
  if (late.size === 0) return { observation: first, filled }
  const all = new Map([...filled, ...late])
  return {
    observation: await session.observe({ ...request(all), probes: [] }).then((o) => ({ ...o, probes: first.probes })),
    filled: all,
  }
}

const filesUnderEdit = (
  steps: readonly Step[],
  ledgerKeys: Iterable<Key>,
  kinds: Kinds,
  observation: Observation,
): ReadonlyMap<string, string | undefined> => {
  const out = new Map<string, string | undefined>()
  const add = (key: Key): void => {
    const whole = wholeOf(key)
    const bytes = observation.contents.get(whole)
    // Bytes that are no text would come back as others.
    const text = bytes === undefined || !isUtf8(bytes) ? undefined : Buffer.from(bytes).toString('utf8')
    out.set(whole.slice('path:'.length), text)
  }
  for (const step of steps) {
    const key = isEdit(step) ? kinds.byVerb.get(step.verb)?.keyOf(step) : undefined
    if (key !== undefined) add(key)
  }
  for (const key of ledgerKeys) if (isPartKey(key)) add(key)
  return out
}

/**
 * What travels: what the ops need and the host lacks, and contents that are adopted, so that a rollback to this list
 * finds them one day. `named`: those that this analysis itself has named, which a host has only where its ledger says so.
 */
const blobsToSend = (
  plan: HostPlan,
  missing: ReadonlySet<string>,
  all: ReadonlyMap<string, Blob>,
  named: Iterable<string>,
  ledger: Ledger,
): readonly Blob[] => {
  const needed = new Set([...missing, ...plan.blobs.filter((name) => name.includes('@'))])
  const held = new Set([...ledger.entries.values()].flatMap(({ last }) => [last.content, last.password]))
  for (const name of named) if (!held.has(name)) needed.add(name)
  return [...needed].flatMap((name) => all.get(name) ?? [])
}

const allBlobs = (desired: Desired, sealed: Sealed, made: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Blob> =>
  new Map([
    ...desired.blobs,
    ...[...sealed.blobs, ...made].map(([name, bytes]): readonly [string, Blob] => [name, { ...textBlob(bytes), name }]),
  ])

/** Names of filled contents and passwords; what commands get on standard input is not part of any state. */
const namedHere = ({ steps, blobs }: Sealed): readonly string[] =>
  steps.flatMap((step) => {
    const { blob, password } = argsOf(step)
    return [blob, password].flatMap((name) => (name !== undefined && blobs.has(name) ? [name] : []))
  })

/** With those contents that were to be got only if need be, and that the host lacks. */
const withLater = async (desired: Desired, missing: ReadonlySet<string>): Promise<Desired> => {
  const blobs = new Map(desired.blobs)
  for (const [name, get] of desired.later ?? []) if (missing.has(name)) blobs.set(name, await get())
  return { ...desired, blobs }
}

/** One more question, where packages change and only there: what else their manager would do. */
const foreseen = async (input: AssessInput, plan: HostPlan): Promise<Foreseen | undefined> => {
  const ops = input.foresee ? plan.ops.filter((op) => op.step.verb === 'PACKAGE') : []
  return ops.length === 0 ? undefined : input.session.foresee(ops)
}

/** Everything of one host: look, compare, plan, and what carrying it out would need. */
export const assessHost = async (input: AssessInput): Promise<Analysed> => {
  const { site, host, hello, kinds, options } = input
  const { observation: seen, filled } = await look(input)
  const desired = await withLater(input.desired, seen.missing)
  const keyOf = (step: Step): Key | undefined => kinds.byVerb.get(step.verb)?.keyOf(step)
  const sealed = sealSteps(desired.steps, filled, keyOf, seen, hello.ledger)
  const observed = new Map([...sealed.observation.states, ...actStates(sealed.steps, seen, hello.ledger)])
  const inForce = hello.generations.find((g) => g.number === hello.ledger.generation)
  const { plan, diagnostics, newBlobs, edited } = planHost({
    site,
    kinds,
    edits,
    list: sealed.steps,
    meta: desired.meta,
    ledger: hello.ledger,
    observed,
    files: filesUnderEdit(sealed.steps, hello.ledger.entries.keys(), kinds, seen),
    newGeneration: Math.max(0, ...hello.generations.map((g) => g.number)) + 1,
    listDigestChanged: inForce?.list !== listDigest(sealed.steps),
    gone: hello.gone,
    foreign: hello.foreign,
    capabilities: hello.capabilities,
    ...(options.onConflict === undefined ? {} : { onConflict: options.onConflict }),
    ...(options.audit === undefined ? {} : { audit: options.audit }),
    ...(desired.rollback === true ? { rollback: true } : {}),
  })
  const blobs = allBlobs(desired, sealed, newBlobs)
  const mask = (text: string): string => input.secrets.mask.apply(text)
  // A list of the host itself (drift, rollback) names contents that only the host has: one more look, if any differ.
  const names = blobsForDiffs(plan.changes, blobs)
  const onHost = names.length === 0 ? new Map() : await input.session.blobs(names, diffLimitBytes)
  const showing = { mask, observation: seen, ledger: hello.ledger, showPrivate: options.showPrivate === true }
  const changes = await Promise.all(
    editDiffs(plan.changes, edited, showing).map((c) => withDiff(c, showing, blobs, onHost)),
  )
  const errors: readonly Diagnostic[] = diagnostics.filter((d) => d.severity === 'error')
  if (errors.length > 0) throw new DiagnosticError(diagnostics)
  const packages = await foreseen(input, plan)
  const header = { host, os: desired.os, site }
  return {
    host,
    hello,
    desired,
    plan: { ...plan, changes },
    list: formatList({ header, steps: sealed.steps }),
    unsealedList: formatList({ header, steps: desired.steps }),
    listSteps: sealed.steps,
    blobs: blobsToSend(plan, new Set([...seen.missing, ...newBlobs.keys()]), blobs, namedHere(sealed), hello.ledger),
    gone: new Set([...seen.missing].filter((name) => !blobs.has(name))),
    ...(packages === undefined ? {} : { packages }),
    diagnostics: [...desired.diagnostics, ...diagnostics],
  }
}
