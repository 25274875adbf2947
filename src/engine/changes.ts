import type { Blob } from '../blobs/blob.ts'
import type { Observation } from '../host/session.ts'
import type { Change } from '../plan/plan.ts'
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

/** The change with its content diff, where contents are at hand; secrets are masked on both sides. */
export const withDiff = async (
  change: Change,
  observation: Observation,
  blobs: ReadonlyMap<string, Blob>,
  mask: (text: string) => string,
): Promise<Change> => {
  if (!change.key.startsWith('path:') || change.key.includes('#') || change.diff !== undefined) return change
  const before = change.before.is === 'known' ? change.before.aspects.content : undefined
  const after = change.action === 'remove' ? undefined : change.after.content
  if (before === after) return change
  const path = change.key.slice('path:'.length)
  if (isSealed(before) || isSealed(after)) return { ...change, diff: sealedDiff(path) }
  const left = before === undefined ? undefined : (observation.contents.get(change.key) ?? 'unseen')
  const right = await side(after, { observed: undefined, blobs })
  if (left === 'unseen' || right === 'unseen') return change
  return { ...change, diff: contentDiff(path, left, right, mask) }
}
