import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { repository } from './tracked.ts'

const pattern = z.union([z.string(), z.array(z.string())]).optional()
const side = z.looseObject({ path: pattern, pathNot: pattern })
const rules = z
  .object({ forbidden: z.array(z.object({ name: z.string(), comment: z.string(), from: side, to: side })) })
  .parse(createRequire(import.meta.url)(join(repository, '.dependency-cruiser.cjs'))).forbidden

test('every room of src is in a layer', () => {
  const rooms = readdirSync(join(repository, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const upward = rules.filter((rule) => rule.name.startsWith('down-from-'))
  const isLayered = (room: string): boolean =>
    upward.some(({ from, to }) => [from.path, to.path].flat().some((p) => p && new RegExp(p).test(`src/${room}/x.ts`)))
  expect(rooms.map((entry) => entry.name).filter((room) => !isLayered(room))).toEqual([])
})

test('every rule says why', () => {
  expect(rules.filter((rule) => rule.comment.length < 40).map((rule) => rule.name)).toEqual([])
})
