import type { Blob } from '../blobs/blob.ts'
import type { Observation } from '../host/session.ts'
import type { Change } from '../plan/plan.ts'
import { isPartKey, wholeOf } from '../steps/part.ts'
import { contentDiff, diffLimitBytes, sealedDiff } from './diffs.ts'

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

/** The file as its edits leave it, shown once, with the first of them. */
export const editDiffs = (
  changes: readonly Change[],
  edited: ReadonlyMap<string, { readonly before: string | undefined; readonly after: string | undefined }>,
  mask: (text: string) => string,
): readonly Change[] => {
  const shown = new Set<string>()
  const bytes = (text: string | undefined): Uint8Array | undefined =>
    text === undefined ? undefined : Buffer.from(text)
  return changes.map((change) => {
    const path = wholeOf(change.key).slice('path:'.length)
    const file = isPartKey(change.key) ? edited.get(path) : undefined
    if (file === undefined || shown.has(path)) return change
    shown.add(path)
    return { ...change, diff: contentDiff(path, bytes(file.before), bytes(file.after), mask) }
  })
}

/** The change with its content diff, where contents are at hand; secrets are masked on both sides. */
export const withDiff = async (
  change: Change,
  observation: Observation,
  blobs: ReadonlyMap<string, Blob>,
  mask: (text: string) => string,
  onHost: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<Change> => {
  if (!change.key.startsWith('path:') || isPartKey(change.key) || change.diff !== undefined) return change
  if (change.reason === 'released') return change
  const before = change.before.is === 'known' ? change.before.aspects.content : undefined
  const after = change.action === 'remove' ? undefined : change.after.content
  if (before === after) return change
  const path = change.key.slice('path:'.length)
  if (isSealed(before) || isSealed(after)) return { ...change, diff: sealedDiff(path) }
  const left = before === undefined ? undefined : (observation.contents.get(change.key) ?? 'unseen')
  const right = await side(after, { observed: after === undefined ? undefined : onHost.get(after), blobs })
  if (left === 'unseen' || right === 'unseen') return change
  return { ...change, diff: contentDiff(path, left, right, mask) }
}
