import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { createTarDecoder } from 'modern-tar'
import { z } from 'zod'
import type { Blob } from '../../blobs/blob.ts'
import { namedFileBlob } from '../../blobs/make.ts'

/** More than anybody configures hosts with; ends what unpacks without end. */
const unpackedLimitBytes = 4 * 1024 * 1024 * 1024
export const entryLimit = 20_000

const entrySchema = z.strictObject({
  name: z.string(),
  type: z.string(),
  mode: z.int(),
  /** Of links. */
  target: z.string().optional(),
  /** Of files: SHA-256 and bytes. */
  content: z.strictObject({ name: z.string().regex(/^[0-9a-f]{64}$/), sizeBytes: z.int() }).optional(),
})

/** One member as the archive has it. */
export type ArchiveEntry = z.output<typeof entrySchema>

const listSchema = z.strictObject({ format: z.literal('archive/1'), entries: z.array(entrySchema) })

/** What an archive holds; contents lie unpacked below the config folder, each under its SHA-256. */
export interface Unpacked {
  readonly entries: readonly ArchiveEntry[]
  blob(content: NonNullable<ArchiveEntry['content']>): Blob
}

const others: readonly [name: string, magic: readonly number[]][] = [
  ['a zip file', [0x50, 0x4b, 0x03, 0x04]],
  ['packed by xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['packed by bzip2', [0x42, 0x5a, 0x68]],
  ['a 7z file', [0x37, 0x7a, 0xbc, 0xaf]],
]

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte)

async function* from(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  yield head
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}

/** The tar inside, whatever it is packed by. */
const tarOf = async (blob: Blob): Promise<Readable> => {
  const chunks = blob.open()[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array()
  while (head.length < 8) {
    const next = await chunks.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  const other = others.find(([, magic]) => startsWith(head, magic))
  if (other !== undefined) throw new Error(`it is ${other[0]}; tar, tar.gz and tar.zst are read`)
  const whole = Readable.from(from(head, chunks))
  // The error of a part ends the last one, whose reader sees it.
  if (startsWith(head, [0x1f, 0x8b])) return pipeline(whole, createGunzip(), () => {})
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return pipeline(whole, createZstdDecompress(), () => {})
  return whole
}

/** Writes one content under its SHA-256. */
const keep = async (body: AsyncIterable<Uint8Array>, folder: string, limitBytes: number) => {
  const part = join(folder, 'part')
  const out = await open(part, 'w', 0o600)
  const hash = createHash('sha256')
  let sizeBytes = 0
  try {
    for await (const chunk of body) {
      sizeBytes += chunk.length
      if (sizeBytes > limitBytes) throw new Error(`it holds more than ${unpackedLimitBytes / 1024 ** 3} GiB`)
      hash.update(chunk)
      await out.writeFile(chunk)
    }
  } finally {
    await out.close()
  }
  const name = hash.digest('hex')
  await rename(part, join(folder, name))
  return { name, sizeBytes }
}

const unpackInto = async (blob: Blob, folder: string): Promise<readonly ArchiveEntry[]> => {
  const entries: ArchiveEntry[] = []
  let leftBytes = unpackedLimitBytes
  const members = ReadableStream.from<Uint8Array>(await tarOf(blob)).pipeThrough(createTarDecoder({ strict: true }))
  for await (const { header, body } of members) {
    if (entries.length === entryLimit) throw new Error(`it holds more than ${entryLimit} entries`)
    if (Object.keys(header.pax ?? {}).some((key) => key.startsWith('GNU.sparse')))
      throw new Error(`${header.name} is a sparse file; pack it without --sparse`)
    const folderByName = header.type === 'file' && header.name.endsWith('/')
    const type = folderByName ? 'directory' : (header.type ?? 'file')
    const entry = { name: header.name, type, mode: (header.mode ?? 0o644) & 0o1777 }
    if (type === 'file') {
      const content = await keep(body, folder, leftBytes)
      leftBytes -= content.sizeBytes
      entries.push({ ...entry, content })
    } else {
      await body.cancel()
      entries.push(header.linkname === undefined ? entry : { ...entry, target: header.linkname })
    }
  }
  return entries
}

/** What was unpacked before, where all of it is still there. */
const known = async (folder: string): Promise<readonly ArchiveEntry[] | undefined> => {
  try {
    const { entries } = listSchema.parse(JSON.parse(await readFile(join(folder, 'list.json'), 'utf8')))
    for (const { content } of entries)
      if (content !== undefined && (await stat(join(folder, content.name))).size !== content.sizeBytes) return undefined
    return entries
  } catch {
    return undefined // none yet, or a damaged one: it is unpacked again
  }
}

const unpack = async (folder: string, get: () => Promise<Blob>): Promise<readonly ArchiveEntry[]> => {
  const found = await known(folder)
  if (found !== undefined) return found
  const blob = await get()
  const part = `${folder}.${randomBytes(6).toString('hex')}`
  await mkdir(part, { recursive: true })
  try {
    const entries = await unpackInto(blob, part)
    await writeFile(join(part, 'list.json'), JSON.stringify({ format: 'archive/1', entries }))
    await rm(folder, { recursive: true, force: true })
    await rename(part, folder)
    return entries
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

/** Those under way, so that many hosts unpack one archive once. */
const underWay = new Map<string, Promise<readonly ArchiveEntry[]>>()

/**
 * The members of the archive with that SHA-256, unpacked into `.hexis/archives` below `root` under names that no archive
 * chooses; `get` is asked only where it was not yet unpacked.
 *
 * @throws Error with what is wrong with the archive
 */
export const unpacked = async (root: string, sha256: string, get: () => Promise<Blob>): Promise<Unpacked> => {
  const folder = join(root, '.hexis', 'archives', sha256)
  const running = underWay.get(folder) ?? unpack(folder, get).finally(() => underWay.delete(folder))
  underWay.set(folder, running)
  return {
    entries: await running,
    blob: ({ name, sizeBytes }) => namedFileBlob(join(folder, name), name, sizeBytes),
  }
}
