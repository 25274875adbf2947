import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { loadConfig } from './load.ts'

const declareModule = new URL('../document/declare.ts', import.meta.url).href
const preamble = `import { defineSite, secret, text } from 'hexis'; import { declare } from '${declareModule}'\n`

/** A config folder; `site.ts` gets a first line of imports. */
const folder = (files: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync(join(tmpdir(), 'hexis-config-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), name === 'site.ts' ? preamble + content : content)
  }
  return root
}

const load = (site: string, files: Readonly<Record<string, string>> = {}) =>
  loadConfig(join(folder({ ...files, 'site.ts': site }), 'site.ts'))

const failure = async (work: Promise<unknown>): Promise<readonly Diagnostic[]> => {
  try {
    await work
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics
    throw error
  }
  throw new Error('nothing was thrown')
}

const oneHost = (body: string, host = '') => `export default defineSite({
  id: 'shop',
  hosts: { web1: { ${host} }, web2: { labels: { role: 'db' }, vars: { workers: 8 } } },
  async configure(host) {
${body}
  },
})
`

describe('a site.ts', () => {
  test('loads without package.json or node_modules, and gives a document with positions', async () => {
    const config = await load(
      `import { nginx } from './modules/nginx.ts'
const mode: string = '0644'
export default defineSite({
  id: 'shop',
  hosts: { web1: { labels: { role: 'web' } } },
  configure(host) {
    declare('file', '/etc/motd', { mode, content: text\`
      hello \${host.name} \${secret.env('DB')}
    \` })
    nginx()
  },
})
`,
      {
        'modules/nginx.ts': `import { declare } from '${declareModule}'\nexport const nginx = (): void => { declare('pkg', 'nginx', {}) }\n`,
      },
    )
    const { document, diagnostics } = await config.evaluate('web1')
    expect(diagnostics).toEqual([])
    expect(document).toEqual({
      format: 'document/1',
      site: 'shop',
      host: 'web1',
      resources: [
        {
          type: 'file',
          id: '/etc/motd',
          props: { mode: '0644', content: { $text: ['hello web1 ', { secret: { env: 'DB' } }, '\n'] } },
          source: { file: 'site.ts', line: 8, column: 5 },
        },
        {
          type: 'pkg',
          id: 'nginx',
          props: {},
          source: { file: 'modules/nginx.ts', line: 2, column: 36 },
          via: [{ file: 'site.ts', line: 11, column: 5 }],
        },
      ],
    })
    expect(config).toMatchObject({ siteId: 'shop', commit: 'none', dirty: false })
  })

  test('is read again by the next load, modules too', async () => {
    const root = folder({
      'site.ts': `import { a } from './a.ts'\n${oneHost("declare('x', a)")}`,
      'a.ts': `export const a: string = 'one'`,
    })
    const ids = async () =>
      (await (await loadConfig(join(root, 'site.ts'))).evaluate('web1')).document?.resources.map((r) => r.id)
    expect(await ids()).toEqual(['one'])
    writeFileSync(join(root, 'a.ts'), `export const a: string = 'two'`)
    expect(await ids()).toEqual(['two'])
  })

  test('uses TypeScript and JavaScript below node_modules, which may import hexis', async () => {
    const config = await load(
      `import { a } from 'dep'\nimport { b } from 'js'\n${oneHost("declare('x', a); declare('x', b)")}`,
      {
        'node_modules/dep/package.json': '{"name":"dep","type":"module","exports":"./index.ts"}',
        'node_modules/dep/index.ts': `import { text } from 'hexis'\nexport const a: string = String(text\`typed\`)`,
        'node_modules/js/package.json': '{"name":"js","type":"module","exports":"./index.js"}',
        'node_modules/js/index.js': `export const b = 'plain'`,
      },
    )
    expect((await config.evaluate('web1')).document?.resources.map((r) => r.id)).toEqual(['typed', 'plain'])
  })

  test('gives no warning in a bare process', () => {
    const root = folder({
      'site.ts': `import { a } from 'dep'\nimport { j } from './j.js'\n${oneHost("declare('x', a + j)")}`,
      'j.js': `export const j = 'j'`,
      'node_modules/dep/package.json': '{"name":"dep","type":"module","exports":"./index.ts"}',
      'node_modules/dep/index.ts': `export const a: string = 'a'`,
    })
    const script = `const { loadConfig } = await import(${JSON.stringify(new URL('load.ts', import.meta.url).href)})
      const config = await loadConfig(${JSON.stringify(join(root, 'site.ts'))})
      console.log((await config.evaluate('web1')).document.resources[0].id)`
    const out = execFileSync('sh', ['-c', 'exec "$0" --input-type=module -e "$1" 2>&1', process.execPath, script], {
      encoding: 'utf8',
    })
    expect(out).toBe('aj\n')
  })

  test('async configure keeps its host, and positions after await', async () => {
    const config = await load(oneHost("    await new Promise((r) => setTimeout(r, 5))\n    declare('x', host.name)"))
    const both = await Promise.all([config.evaluate('web1'), config.evaluate('web2')])
    expect(both.map((e) => e.document?.resources)).toMatchObject([
      [{ id: 'web1', source: { line: 7, column: 5 } }],
      [{ id: 'web2', source: { line: 7, column: 5 } }],
    ])
  })

  test('comes from a commit', async () => {
    const root = folder({ 'site.ts': oneHost('') })
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' })
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'one')
    const clean = await loadConfig(join(root, 'site.ts'))
    expect([clean.commit, clean.dirty]).toEqual([git('rev-parse', 'HEAD').trim(), false])
    writeFileSync(join(root, 'new'), '')
    expect((await loadConfig(join(root, 'site.ts'))).dirty).toBe(true)
  })
})

describe('host', () => {
  test('vars: undefined where only this host lacks it, an error where nobody has it', async () => {
    const config = await load(oneHost("    declare('x', 'y', { w: host.vars.workers ?? 2 })\n    host.vars.wrokers"))
    const { document, diagnostics } = await config.evaluate('web1')
    expect(document).toBeUndefined()
    expect(diagnostics).toMatchObject([
      {
        code: 'unknown-variable',
        hint: "Did you mean 'workers'?",
        host: 'web1',
        source: { file: 'site.ts', line: 7, column: 15 },
      },
    ])
  })

  test('vars cannot be changed, at any depth', async () => {
    const config =
      await load(`export default defineSite({ id: 's', hosts: { a: { vars: { list: [1] } } }, configure(host) {
      host.vars.list.push(2) } })`)
    expect((await config.evaluate('a')).diagnostics).toMatchObject([{ code: 'config-threw', source: { line: 3 } }])
    const other = await load(oneHost('    host.vars.workers = 9'))
    expect((await other.evaluate('web2')).diagnostics).toMatchObject([{ code: 'not-changeable', source: { line: 6 } }])
  })

  test('facts that are not known name the command', async () => {
    const config = await load(oneHost("    declare('x', host.facts.os.id)\n    host.facts.os.nmae"))
    expect((await config.evaluate('web1')).diagnostics[0]?.hint).toContain('hexis facts --on web1')
    const known = await config.evaluate('web1', { os: { id: 'debian', name: 'Debian' } })
    expect(known.diagnostics).toMatchObject([{ code: 'unknown-fact', summary: 'web1 reports no facts.os.nmae' }])
  })

  test('peers gives other hosts', async () => {
    const config = await load(
      oneHost(
        "    for (const peer of host.peers('role=db')) declare('x', peer.address, peer.vars)\n    host.peers('rolle=db')",
      ),
    )
    const { diagnostics } = await config.evaluate('web1')
    expect(diagnostics).toMatchObject([{ code: 'bad-selector', hint: "Did you mean 'role'?", source: { line: 7 } }])
  })
})

describe('sources', () => {
  const site = (name: string) => `
const cloud = { hosts: async () => ({ ${name}: { address: '10.1.1.1', labels: { role: 'web' }, vars: { zone: 'a' } } }) }
export default defineSite({ id: 's', hosts: { web1: {} }, sources: [cloud], configure(host) { declare('x', host.vars.zone ?? 'none') } })`

  test('hosts that a program makes stand beside the written ones', async () => {
    const config = await load(site('made1'))
    expect([...config.inventory.hosts.keys()]).toEqual(['web1', 'made1'])
    expect((await config.evaluate('made1')).document?.resources[0]?.id).toBe('a')
    expect((await config.evaluate('web1')).document?.resources[0]?.id).toBe('none')
  })

  test('a host that two places declare is an error', async () => {
    expect(await failure(load(site('web1')))).toMatchObject([{ code: 'bad-source' }])
  })
})

describe('mistakes', () => {
  test.each([
    [
      'a config that throws',
      `throw new Error('broken')\n`,
      { code: 'config-threw', source: { file: 'site.ts', line: 2, column: 7 } },
    ],
    ['a syntax error', `const a: = 1\n`, { code: 'config-threw', source: { file: 'site.ts', line: 2, column: 10 } }],
    [
      'unsupported TypeScript',
      `\nenum A { B }\n`,
      { code: 'config-threw', source: { file: 'site.ts', line: 3, column: 1 } },
    ],
    ['no site', `export default {}\n`, { code: 'no-site' }],
    [
      'a resource outside of configure',
      `declare('file', '/a')\n`,
      { code: 'outside-configure', source: { file: 'site.ts', line: 2, column: 1 } },
    ],
    [
      'an export that is not there',
      `import { nothing } from 'hexis'\n`,
      { code: 'config-threw', source: { file: 'site.ts', line: 2, column: 10 } },
    ],
    [
      'a package that is not there',
      `import a from 'nopackage'\n`,
      { code: 'config-threw', source: { file: 'site.ts', line: 2, column: 15 } },
    ],
    [
      'a module that is not there',
      `import './nowhere.ts'\n`,
      { code: 'config-threw', source: { file: 'site.ts', line: 2, column: 8 } },
    ],
    [
      'a bad id',
      `export default defineSite({ id: 'A b', configure() {} })`,
      { code: 'bad-site-id', source: { line: 2, column: 29 } },
    ],
    [
      'a misspelt setting',
      `export default defineSite({\n  id: 'a', hots: {}, configure() {} })`,
      { code: 'unknown-property', hint: "Did you mean 'hosts'?", source: { line: 3, column: 12 } },
    ],
    [
      'a misspelt host setting',
      `export default defineSite({\n  id: 'a', hosts: { a: {},\n    b: { adress: 'x' } }, configure() {} })`,
      { code: 'unknown-property', source: { file: 'site.ts', line: 4, column: 10 } },
    ],
    [
      'a held text as string',
      `const a = \`\${secret.env('A')}\`\n`,
      { code: 'held-as-string', source: { file: 'site.ts', line: 2 } },
    ],
  ])('%s', async (_name, site, expected) => {
    expect(await failure(load(site))).toMatchObject([expected])
  })

  test('configure that throws', async () => {
    const config = await load(oneHost("    throw new TypeError('no')"))
    expect((await config.evaluate('web1')).diagnostics).toMatchObject([
      {
        code: 'config-threw',
        summary: 'configure(web1) threw: no',
        host: 'web1',
        source: { file: 'site.ts', line: 6, column: 11 },
      },
    ])
  })

  test('a forgotten await names both places', async () => {
    const config = await load(
      oneHost("    void (async () => { await null; await null; await null; declare('x', 'late') })()"),
    )
    expect((await config.evaluate('web1')).diagnostics).toMatchObject([
      { code: 'declared-too-late', source: { line: 6 }, related: [{ source: { file: 'site.ts', line: 2 } }] },
    ])
  })

  test('the same thing declared twice, differently', async () => {
    const config = await load(oneHost("    declare('x', 'y', { a: 1 })\n    declare('x', 'y', { a: 2 })"))
    expect((await config.evaluate('web1')).diagnostics).toMatchObject([
      { code: 'declared-twice', source: { line: 7 }, related: [{ source: { line: 6 } }] },
    ])
  })

  test('an unknown host', async () => {
    const config = await load(oneHost(''))
    expect(await failure(config.evaluate('wbe1'))).toMatchObject([
      { code: 'unknown-host', hint: "Did you mean 'web1'?" },
    ])
  })

  test('a config reached by a link works from its real folder', async () => {
    const link = join(folder({}), 'site.ts')
    symlinkSync(join(folder({ 'site.ts': oneHost("declare('x', 'y')") }), 'site.ts'), link)
    const { document } = await (await loadConfig(link)).evaluate('web1')
    expect(document?.resources[0]?.source.file).toBe('site.ts')
  })
})
