import type { Part } from '../text/text.ts'
import type { Blob } from './blob.ts'

/** The contents that one host's steps name: plain blobs, and texts with holes that are filled when a plan is made. */
export interface BlobStore {
  /** By SHA-256. */
  readonly blobs: ReadonlyMap<string, Blob>
  /** `sealed:DIGEST` (holds a secret) or `held:DIGEST` (probe output only) → the parts of the text. */
  readonly texts: ReadonlyMap<string, readonly Part[]>
  /** By SHA-256: contents that are only got where a host lacks them. */
  readonly later: ReadonlyMap<string, () => Promise<Blob>>
  /** Keeps a blob; answers its name. */
  add(blob: Blob): string
  /** Keeps a text with holes under `name`; answers it. */
  hold(name: string, parts: readonly Part[]): string
  /** Remembers how a content is got; answers its name. */
  await(name: string, get: () => Promise<Blob>): string
}

export const newBlobStore = (): BlobStore => {
  const blobs = new Map<string, Blob>()
  const texts = new Map<string, readonly Part[]>()
  const later = new Map<string, () => Promise<Blob>>()
  return {
    blobs,
    texts,
    later,
    add(blob) {
      if (!blobs.has(blob.name)) blobs.set(blob.name, blob)
      return blob.name
    },
    hold(name, parts) {
      texts.set(name, parts)
      return name
    },
    await(name, get) {
      later.set(name, get)
      return name
    },
  }
}
