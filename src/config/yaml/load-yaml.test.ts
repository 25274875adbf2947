import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { declare } from '../../document/declare.ts'
import type { HostDocument } from '../../document/document.ts'
import { loadConfig } from '../load.ts'
import { loadYaml } from './load-yaml.ts'

const declareModule = new URL('../../document/declare.ts', import.meta.url).href
const functions = {
  file: (id: string, props: Record<string, unknown>) => declare('file', id, props),
  group: (id: string, props: Record<string, unknown>) => declare('group', id, props),
  service: (id: string, props: Record<string, unknown>) => declare('service', id, props),
  pkg: (id: string, props: Record<string, unknown>) => declare('package', id, props),
  reload: (target: string) => ({ action: 'reload', target }),
}

const yaml = (text: string) => {
  const root = mkdtempSync(join(tmpdir(), 'hexis-yaml-'))
  writeFileSync(join(root, 'app.conf'), '')
  writeFileSync(join(root, 'hexis.yaml'), text)
  return loadYaml(join(root, 'hexis.yaml'), root, functions)
}

const failure = async (work: Promise<unknown>): Promise<readonly Diagnostic[]> => {
  try {
    await work
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics
    throw error
  }
  throw new Error('nothing was thrown')
}

const withoutPlaces = (document: HostDocument | undefined) =>
  document && { ...document, resources: document.resources.map(({ source: _source, via: _via, ...rest }) => rest) }

const hosts = `id: shop
hosts:
  web1: { address: 10.0.0.11, labels: { role: web } }
  db1: { labels: { role: db } }
`

describe('hexis.yaml', () => {
  test('gives the same document as a site.ts that says the same', async () => {
    const fromYaml = await yaml(`${hosts}
configure:
  - on: role=web
    group:   { app: { gid: 900 } }
    pkg:     [curl, ca-certificates]
    file:
      /etc/app.conf: { content: "workers = 2\\n", mode: "0644", onChange: { reload: app }, after: ["group:app"] }
      /etc/key: { content: { $text: ["key=", { secret: { env: KEY } }] } }
      /etc/src: { source: app.conf }
    service: { app: { enabled: true, running: true, restartOn: "file:/etc/key", onRemoval: keep } }
  - group: { all: }
`)
    const root = mkdtempSync(join(tmpdir(), 'hexis-same-'))
    writeFileSync(join(root, 'app.conf'), '')
    writeFileSync(
      join(root, 'site.ts'),
      `import { defineSite, secret, text } from 'hexis'; import { declare } from '${declareModule}'
export default defineSite({
  id: 'shop',
  hosts: { web1: { address: '10.0.0.11', labels: { role: 'web' } }, db1: { labels: { role: 'db' } } },
  configure(host) {
    if (host.labels.role === 'web') {
      const app = declare('group', 'app', { gid: 900 })
      for (const name of ['curl', 'ca-certificates']) declare('package', name)
      declare('file', '/etc/app.conf', {
        content: 'workers = 2\\n', mode: '0644', onChange: { action: 'reload', target: 'app' }, after: [app] })
      const key = declare('file', '/etc/key', { content: text\`key=\${secret.env('KEY')}\` })
      declare('file', '/etc/src', { source: './app.conf' })
      declare('service', 'app', { enabled: true, running: true, restartOn: key, onRemoval: 'keep' })
    }
    declare('group', 'all')
  },
})`,
    )
    const fromTypeScript = await loadConfig(join(root, 'site.ts'))
    for (const host of ['web1', 'db1']) {
      const one = await fromYaml.evaluate(host)
      expect(one.diagnostics).toEqual([])
      expect(withoutPlaces(one.document)).toEqual(withoutPlaces((await fromTypeScript.evaluate(host)).document))
    }
    expect(fromYaml.inventory.hosts.get('web1')?.address).toBe('10.0.0.11')
  })

  test('knows the place of each resource', async () => {
    const config = await yaml(`${hosts}configure:\n  - pkg: [curl,\n      vim]\n    file:\n      /a: {}\n`)
    const { document } = await config.evaluate('web1')
    expect(document?.resources.map((r) => [r.id, r.source.file, r.source.line, r.source.column])).toEqual([
      ['curl', 'hexis.yaml', 6, 11],
      ['vim', 'hexis.yaml', 7, 7],
      ['/a', 'hexis.yaml', 9, 7],
    ])
  })

  test.each([
    ['syntax', `${hosts}configure: [\n`, { code: 'yaml-syntax' }],
    ['a name twice', `${hosts}id: again\n`, { code: 'yaml-syntax', source: { line: 5, column: 1 } }],
    [
      'an unknown setting',
      `${hosts}configre: []\n`,
      { code: 'unknown-property', hint: "Did you mean 'configure'?", source: { line: 5, column: 1 } },
    ],
    [
      'a wrong host',
      `${hosts.replace('address', 'adress')}`,
      { code: 'unknown-property', source: { line: 3, column: 11 } },
    ],
    [
      'a misspelt selector',
      `${hosts}configure:\n  - on: rolle=web\n    pkg: [x]\n`,
      { code: 'bad-selector', source: { line: 6, column: 5 } },
    ],
    ['no id', `hosts: {}\n`, { code: 'missing-property' }],
    ['an empty file', ``, { code: 'missing-property' }],
    [
      'a group that names nobody',
      `${hosts}groups:\n  eu: { on: "web9" }\n`,
      { code: 'bad-selector', source: { line: 6, column: 9 } },
    ],
  ])('mistakes have line and column: %s', async (_name, text, expected) => {
    expect(await failure(yaml(text))).toMatchObject([expected])
  })

  test('mistakes in resources come all at once', async () => {
    const config = await yaml(
      `${hosts}configure:\n  - fiel: { /a: {} }\n    file: { /b: { source: nowhere } }\n    reload: { x: {} }\n    pkg: 5\n    service: { a: [] }\n`,
    )
    expect((await config.evaluate('web1')).diagnostics.map((d) => [d.code, d.source?.line, d.hint])).toEqual([
      ['unknown-resource', 6, "Did you mean 'file'?"],
      ['source-missing', 7, undefined],
      ['unknown-resource', 8, 'Known: file, group, service, pkg.'],
      ['wrong-type', 9, undefined],
      ['wrong-type', 10, undefined],
    ])
  })

  test('on may ask for facts', async () => {
    const config = await yaml(`${hosts}configure:\n  - on: facts.os.id=debian\n    pkg: [curl]\n`)
    expect((await config.evaluate('web1', { os: { id: 'debian' } })).document?.resources).toHaveLength(1)
    expect((await config.evaluate('web1')).diagnostics).toMatchObject([{ code: 'bad-selector', source: { line: 6 } }])
  })
})
