import type { Blob } from '../blobs/blob.ts'
import type { Observation } from '../host/session.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Change } from '../plan/plan.ts'
import { isPartKey, wholeOf } from '../steps/part.ts'
import type { Aspects, Key } from '../steps/step.ts'
import { contentDiff, diffLimitBytes, sealedDiff } from './diffs.ts'
import { type Hidden, hiddenValue, isPrivate, privateDiff } from './private.ts'

const bytesOfBlob = async (blob: Blob): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of blob.open()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const isSealed = (value: string | undefined): boolean => value?.startsWith('sealed:') === true

/** Content of one side: undefined = not there, 'unseen' = too large or not at hand. */
const side = async (
  content: string | undefined,
  sources: { readonly observed: Uint8Array | undefined; readonly blobs: ReadonlyMap<string, Blob> },
): Promise<Uint8Array | undefined | 'unseen'> => {
  if (content === undefined) return undefined
  const blob = sources.blobs.get(content)
  if (blob !== undefined && blob.sizeBytes <= diffLimitBytes) return bytesOfBlob(blob)
  return sources.observed ?? 'unseen'
}

/** Content that a change wants or finds and that only the host has: the names of its blobs. */
export const blobsForDiffs = (changes: readonly Change[], blobs: ReadonlyMap<string, Blob>): readonly string[] =>
  changes.flatMap((change) => {
    const before = change.before.is === 'known' ? change.before.aspects.content : undefined
    const wanted = change.action === 'remove' ? undefined : change.after.content
    const isPlain = wanted !== undefined && !isSealed(wanted) && wanted !== before
    return isPlain && change.key.startsWith('path:') && !blobs.has(wanted) ? [wanted] : []
  })

/** How contents are shown. */
export interface Showing {
  /** Masks secrets. */
  readonly mask: (text: string) => string
  readonly observation: Observation
  readonly ledger: Ledger
  /** Also what files hold that others may not read. */
  readonly showPrivate: boolean
}

/**
 * What of a file is not shown unless asked for: content that others may not read and that is not what this site put
 * there; where it goes back to before Hexis (`origin`), that too. Undefined where all of it is shown.
 */
const hiddenOf = (key: Key, origin: Aspects | undefined, showing: Showing): Hidden | undefined => {
  const now = showing.observation.states.get(key)
  const ours = now?.content !== undefined && now.content === showing.ledger.entries.get(key)?.last.content
  const gone = isPrivate(now?.mode) && !ours
  const come = origin !== undefined && isPrivate(origin.mode ?? now?.mode)
  return showing.showPrivate || !(gone || come) ? undefined : { gone, come }
}

const diffOf = (hidden: Hidden | undefined, ...sides: Parameters<typeof contentDiff>): string =>
  hidden === undefined ? contentDiff(...sides) : privateDiff(hidden, ...sides)

/** The part without text that is not ours: what it finds, and what comes back. */
const withoutTexts = (change: Change, ledger: Ledger): Change => {
  const ours = ledger.entries.get(change.key)?.last.text
  const hide = (aspects: Aspects): Aspects =>
    aspects.text === undefined || aspects.text === '' || aspects.text === ours
      ? aspects
      : { ...aspects, text: hiddenValue }
  const { before } = change
  return {
    ...change,
    before: before.is === 'known' ? { ...before, aspects: hide(before.aspects) } : before,
    after: change.reason === 'removed' ? hide(change.after) : change.after,
  }
}

/** The file as its edits leave it, shown once, with the first of them. */
export const editDiffs = (
  changes: readonly Change[],
  edited: ReadonlyMap<string, { readonly before: string | undefined; readonly after: string | undefined }>,
  showing: Showing,
): readonly Change[] => {
  const shown = new Set<string>()
  // Where a part is no longer declared, what was there before Hexis comes back.
  const comesBack = new Set(changes.filter((c) => c.reason === 'removed').map((c) => wholeOf(c.key)))
  const bytes = (text: string | undefined): Uint8Array | undefined =>
    text === undefined ? undefined : Buffer.from(text)
  return changes.map((change) => {
    if (!isPartKey(change.key)) return change
    const whole = wholeOf(change.key)
    const path = whole.slice('path:'.length)
    const hidden = hiddenOf(whole, comesBack.has(whole) ? {} : undefined, showing)
    const told = hidden === undefined ? change : withoutTexts(change, showing.ledger)
    const file = edited.get(path)
    if (file === undefined || shown.has(path)) return told
    shown.add(path)
    return { ...told, diff: diffOf(hidden, path, bytes(file.before), bytes(file.after), showing.mask) }
  })
}

/** The change with its content diff, where contents are at hand; secrets are masked on both sides. */
export const withDiff = async (
  change: Change,
  showing: Showing,
  blobs: ReadonlyMap<string, Blob>,
  onHost: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<Change> => {
  if (!change.key.startsWith('path:') || isPartKey(change.key) || change.diff !== undefined) return change
  if (change.reason === 'released') return change
  const before = change.before.is === 'known' ? change.before.aspects.content : undefined
  const after = change.action === 'remove' ? undefined : change.after.content
  if (before === after) return change
  const path = change.key.slice('path:'.length)
  if (isSealed(before) || isSealed(after)) return { ...change, diff: sealedDiff(path) }
  const left = before === undefined ? undefined : (showing.observation.contents.get(change.key) ?? 'unseen')
  const right = await side(after, { observed: after === undefined ? undefined : onHost.get(after), blobs })
  if (left === 'unseen' || right === 'unseen') return change
  const hidden = hiddenOf(change.key, change.reason === 'removed' ? change.after : undefined, showing)
  return { ...change, diff: diffOf(hidden, path, left, right, showing.mask) }
}
