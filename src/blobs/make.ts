import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Blob } from './blob.ts'

/** Bytes at a time when a file is read. */
const chunkBytes = 256 * 1024

/** A blob of bytes that are in memory already; named by their SHA-256. */
export const textBlob = (content: string | Uint8Array): Blob => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return {
    name: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.byteLength,
    async *open() {
      yield bytes
    },
  }
}

/**
 * A blob of a file's content, read once for its digest and again by `open`; never in memory as a whole. Reading fails
 * when the file was changed in between, so that a name never stands for other bytes.
 */
export const fileBlob = async (path: string): Promise<Blob> => {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk)
    sizeBytes += chunk.byteLength
  }
  const name = hash.digest('hex')
  return { name, sizeBytes, open: () => sameContent(path, name) }
}

/** A blob of a file whose SHA-256 and size are known already. Reading it fails when it holds something else. */
export const namedFileBlob = (path: string, name: string, sizeBytes: number): Blob => ({
  name,
  sizeBytes,
  open: () => sameContent(path, name),
})

const chunksOf = (path: string): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: chunkBytes })

async function* sameContent(path: string, name: string): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of chunksOf(path)) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') !== name) throw new Error(`${path} was changed while Hexis was at work`)
}
