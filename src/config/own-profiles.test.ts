import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtInRegistry } from '../cli/registry.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { openEngine } from '../engine/engine.ts'
import { loadConfig } from './load.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hexis-profiles-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const listOf = async (name: string, text: string): Promise<string> => {
  writeFileSync(join(folder, name), text)
  const engine = openEngine(await loadConfig(join(folder, name)), builtInRegistry())
  return (await engine.lower('web1')).list ?? ''
}

test('rows of the config repository are laid over the database, in both languages', async () => {
  const typescript = await listOf(
    'site.ts',
    `import { defineSite } from 'hexis'
import { pkg } from 'hexis/resources'
export default defineSite({
  id: 'shop', hosts: { web1: { os: 'debian/12' } },
  profiles: [{ id: 'debian/12', packages: { editor: 'vim-tiny' } }],
  configure() { pkg('editor') },
})
`,
  )
  const yaml = await listOf(
    'hexis.yaml',
    `id: shop
hosts: { web1: { os: debian/12 } }
profiles: [{ id: debian/12, packages: { editor: vim-tiny } }]
configure: [{ pkg: [editor] }]
`,
  )
  const withoutPlace = (list: string): string => list.replaceAll(/ # .*/g, '')
  expect(withoutPlace(typescript)).toContain('PACKAGE vim-tiny\n')
  expect(withoutPlace(yaml)).toBe(withoutPlace(typescript))
})

test('a row that is wrong is named with its line', async () => {
  const loading = listOf('hexis.yaml', 'id: shop\nhosts: { web1: {} }\nprofiles:\n  - { id: debian/12, pakages: {} }\n')
  const error = await loading.catch((e: unknown) => e)
  expect(error).toBeInstanceOf(DiagnosticError)
  if (error instanceof DiagnosticError)
    expect(error.diagnostics[0]).toMatchObject({
      summary: expect.stringContaining("unknown property 'pakages'"),
      hint: expect.stringContaining('packages'),
      source: { line: 3 },
    })
})
