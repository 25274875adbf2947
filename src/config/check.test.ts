import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkConfig, findConfig, loadConfig } from './index.ts'

const declareModule = new URL('../document/declare.ts', import.meta.url).href
const schemas = new Map<string, z.ZodType>([['file', z.strictObject({ content: z.string().optional() })]])

const config = async (body: string) => {
  const root = mkdtempSync(join(tmpdir(), 'hexis-check-'))
  writeFileSync(
    join(root, 'site.ts'),
    `import { defineSite } from 'hexis'; import { declare } from '${declareModule}'
let runs = 0
export default defineSite({ id: 's', hosts: { a: {}, b: {} }, configure(host) {
${body}
} })`,
  )
  return loadConfig(join(root, 'site.ts'))
}

test('a sound config has no mistakes', async () => {
  expect(await checkConfig(await config("declare('file', '/a', { content: host.name })"), schemas)).toEqual([])
})

test('mistakes of all hosts come at once, those of a shared line only once', async () => {
  const found = await checkConfig(
    await config("declare('file', '/a', { contnet: '' })\nif (host.name === 'b') declare('fiel', '/b')"),
    schemas,
  )
  expect(found.map((d) => [d.host, d.code, d.source?.line])).toEqual([
    ['a', 'unknown-property', 4],
    ['b', 'unknown-resource', 5],
  ])
})

test('a config that says something else each time is refused', async () => {
  const found = await checkConfig(await config("declare('file', '/a', { content: String(runs++) })"), schemas)
  expect(found[0]).toMatchObject({ code: 'not-deterministic', source: { file: 'site.ts', line: 4 } })
})

test('a config is found upward, or where it is pointed to', () => {
  const root = mkdtempSync(join(tmpdir(), 'hexis-find-'))
  mkdirSync(join(root, 'a/b'), { recursive: true })
  expect(() => findConfig(join(root, 'a/b'))).toThrow('no site.ts or hexis.yaml')
  writeFileSync(join(root, 'hexis.yaml'), '')
  expect(findConfig(join(root, 'a/b'))).toBe(join(root, 'hexis.yaml'))
  writeFileSync(join(root, 'a/site.ts'), '')
  expect(findConfig(join(root, 'a/b'))).toBe(join(root, 'a/site.ts'))
  expect(findConfig(join(root, 'a/b'), { config: '../../hexis.yaml' })).toBe(join(root, 'hexis.yaml'))
  expect(() => findConfig(root, { config: 'nowhere.ts' })).toThrow('there is no config nowhere.ts')
})
