import type { ObserveKey, ObserveRequest, ProbeCommand } from '../host/session.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { blobNames } from '../plan/index.ts'
import { edits } from '../states/edits/index.ts'
import type { Kinds } from '../states/registry.ts'
import { argsOf, parseStep } from '../steps/parse.ts'
import { isPartKey, wholeOf } from '../steps/part.ts'
import type { Key, Step } from '../steps/step.ts'
import { diffLimitBytes } from './diffs.ts'
import type { FilledText } from './sealed.ts'

/** A file that edits look into is read whole, up to this size. */
export const editLimitBytes = 4 * 1024 * 1024

export const isEdit = (step: Step): boolean => edits.has(step.verb)

/** Kinds whose state is not on the host but in guards and the ledger. */
export const isAct = (key: Key): boolean => key.startsWith('exec:') || key.startsWith('wait:')

/** Everything that planning wants to know, as one request. */
export const observeRequest = (input: {
  readonly kinds: Kinds
  readonly steps: readonly Step[]
  readonly ledger: Ledger
  readonly filled: ReadonlyMap<string, FilledText>
  readonly probes: readonly ProbeCommand[]
  readonly creates: readonly string[]
}): ObserveRequest => {
  const keys = new Map<Key, ObserveKey>()
  const blobs = new Set<string>()
  const declared = new Set<Key>()
  const want = (key: Key, more: Omit<ObserveKey, 'key'> = {}): void => {
    if (!isAct(key)) keys.set(key, { ...keys.get(key), ...more, key })
  }
  for (const step of input.steps) {
    const kind = input.kinds.byVerb.get(step.verb)
    if (kind === undefined) continue
    for (const need of [...kind.needs(step), ...(kind.within?.(step) ?? [])]) want(need)
    const key = kind.keyOf(step)
    declared.add(key)
    if (isEdit(step)) {
      want(wholeOf(key), { content: { limitBytes: editLimitBytes } })
      continue
    }
    const args = argsOf(step)
    const content = args.blob ?? args.password
    const filled = content === undefined ? undefined : input.filled.get(content)
    // Those of an adopted file too, and of a list of the host itself: are they all there?
    for (const name of blobNames(step)) if (!input.filled.has(name)) blobs.add(name)
    const last = input.ledger.entries.get(key)?.last
    const lastSealed = last?.content ?? last?.password
    if (filled?.secret === true || lastSealed?.startsWith('sealed:')) {
      want(key, {
        sealed: {
          ...(filled === undefined ? {} : { wanted: filled.bytes }),
          ...(lastSealed?.startsWith('sealed:') ? { last: lastSealed } : {}),
        },
      })
    } else if (args.blob !== undefined) {
      want(key, { content: { limitBytes: diffLimitBytes, unless: args.blob } })
    } else want(key)
  }
  for (const [key, entry] of input.ledger.entries) {
    if (isPartKey(key)) want(wholeOf(key), { content: { limitBytes: editLimitBytes } })
    else if (!declared.has(key)) {
      const { step } = parseStep(entry.step)
      const within = step === undefined ? undefined : input.kinds.byVerb.get(step.verb)?.within?.(step)
      for (const outer of within ?? []) want(outer)
      const sealed = entry.last.content ?? entry.last.password
      if (sealed?.startsWith('sealed:')) want(key, { sealed: { last: sealed } })
      else if (entry.last.type === 'dir') want(key, { entries: true })
      else want(key, { content: keys.get(key)?.content ?? { limitBytes: diffLimitBytes } })
    }
  }
  for (const path of input.creates) want(`path:${path}`)
  return { keys: [...keys.values()], probes: input.probes, blobs: [...blobs] }
}
