import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { initConfig, jsonSchemas } from './index.ts'

const temporary = () => mkdtempSync(join(tmpdir(), 'hexis-init-'))

test('init writes a whole config, each with an id of its own', async () => {
  const one = join(temporary(), 'My Shop')
  const two = join(temporary(), 'My Shop')
  expect(await initConfig(one)).toEqual(['site.ts', 'package.json', 'tsconfig.json', 'README.md', '.gitignore'])
  await initConfig(two)
  const idOf = (root: string) => /id: '(my-shop-[0-9a-f]{8})'/.exec(readFileSync(join(root, 'site.ts'), 'utf8'))?.[1]
  expect(idOf(one)).toBeDefined()
  expect(idOf(one)).not.toBe(idOf(two))
})

test('init leaves files alone and refuses a folder with a config', async () => {
  const root = temporary()
  writeFileSync(join(root, 'README.md'), 'mine')
  expect(await initConfig(root)).not.toContain('README.md')
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toBe('mine')
  await expect(initConfig(root)).rejects.toThrow('has a site.ts already')
})

test('init gives a fresh clone the types for its editor, and nothing else', async () => {
  const root = temporary()
  writeFileSync(join(root, 'hexis.yaml'), 'id: cloned\n')
  expect(await initConfig(root)).toEqual(['.hexis/hexis'])
  expect(readdirSync(root)).toEqual(['.hexis', 'hexis.yaml'])
  expect(readFileSync(join(root, '.hexis/hexis/src/index.ts'), 'utf8')).toContain('defineSite')
  await expect(initConfig(root)).rejects.toThrow('has a hexis.yaml already')
  rmSync(join(root, '.hexis/hexis'))
  symlinkSync('/nonexistent/checkout', join(root, '.hexis/hexis'))
  expect(await initConfig(root)).toEqual(['.hexis/hexis'])
  expect(existsSync(join(root, '.hexis/hexis/src/index.ts'))).toBe(true)
})

test('JSON Schemas come from the schemas of the resources, in input form', () => {
  const file = z.strictObject({ content: z.string().default(''), mode: z.string().optional() })
  const { yaml, document } = jsonSchemas(
    new Map<string, z.ZodType>([
      ['file', file],
      ['package', z.strictObject({})],
    ]),
  )
  const text = JSON.stringify(yaml)
  for (const word of ['"pkg"', '"file"', '"onChange"', '"hosts"', '"hostKey"', '"audit"']) expect(text).toContain(word)
  expect(JSON.stringify(document)).toContain('"document/1"')
  expect(text).not.toContain('"required":["content"')
})
