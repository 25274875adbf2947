import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from './index.ts'

const declareModule = new URL('../document/declare.ts', import.meta.url).href

test('5,000 resources with positions take well under two seconds', async () => {
  const root = mkdtempSync(join(tmpdir(), 'hexis-many-'))
  writeFileSync(
    join(root, 'site.ts'),
    `import { defineSite } from 'hexis'; import { declare } from '${declareModule}'
export default defineSite({ id: 's', hosts: { a: {} }, configure() {
  for (let i = 0; i < 5000; i++) declare('file', '/f' + i, { content: 'x', mode: '0644' })
} })`,
  )
  const config = await loadConfig(join(root, 'site.ts'))
  const started = performance.now()
  const { document } = await config.evaluate('a')
  expect(document?.resources).toHaveLength(5000)
  expect(performance.now() - started).toBeLessThan(2000)
})
