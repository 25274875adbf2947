import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Blob } from './blob.ts'
import { fileBlob, textBlob } from './make.ts'
import { newBlobStore } from './store.ts'

const contentOf = async (blob: Blob): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of blob.open()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const file = (content: string | Uint8Array): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'hexis-blob-')), 'f')
  writeFileSync(path, content)
  return path
}

test('a text and a file of the same bytes have the same name', async () => {
  const blob = await fileBlob(file('hello\n'))
  expect(blob.name).toBe('5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03')
  expect(textBlob('hello\n')).toMatchObject({ name: blob.name, sizeBytes: 6 })
  expect((await contentOf(blob)).toString()).toBe('hello\n')
})

test('a large file arrives in many chunks, any byte in it', async () => {
  const bytes = Buffer.alloc(3_000_000, Uint8Array.from([0, 255, 10]))
  const blob = await fileBlob(file(bytes))
  let chunks = 0
  for await (const _ of blob.open()) chunks++
  expect(chunks).toBeGreaterThan(5)
  expect((await contentOf(blob)).equals(bytes)).toBe(true)
})

test('a file that changed after it was named is not sent', async () => {
  const path = file('one')
  const blob = await fileBlob(path)
  writeFileSync(path, 'two')
  await expect(contentOf(blob)).rejects.toThrow('was changed')
})

test('an empty file is a blob', async () => {
  expect(await contentOf(await fileBlob(file('')))).toEqual(Buffer.alloc(0))
})

test('the store keeps a content once and texts by their name', () => {
  const store = newBlobStore()
  expect(store.add(textBlob('a'))).toBe(store.add(textBlob('a')))
  expect(store.blobs.size).toBe(1)
  expect(store.hold('sealed:1', ['a', { secret: { env: 'B' } }])).toBe('sealed:1')
  expect(store.texts.get('sealed:1')).toHaveLength(2)
})
