import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { getRawAsset } from 'node:sea'
import { gunzipSync } from 'node:zlib'
import type { placeEditorTypes as ofCheckout } from '../../src/config/editor-types.ts'

/** The types that the executable carries, laid out as in a checkout, so that one tsconfig.json serves both. */
export const placeEditorTypes: typeof ofCheckout = async (place) => {
  if (existsSync(place)) return
  // A link to a checkout that is there no more.
  await rm(place, { force: true })
  const files: Readonly<Record<string, string>> = JSON.parse(
    gunzipSync(Buffer.from(getRawAsset('types'))).toString('utf8'),
  )
  for (const folder of new Set(Object.keys(files).map(dirname))) await mkdir(join(place, folder), { recursive: true })
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(place, name), text)))
}
