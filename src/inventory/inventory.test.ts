import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { secret } from '../text/secret.ts'
import { buildInventory, levelOf, matching, parseSelector, select } from './index.ts'

const build = (raw: unknown) => buildInventory(raw, { configRoot: '/site', locate: () => undefined })

const inventory = build({
  hosts: {
    web1: { address: '10.0.0.11', labels: { role: 'web', site: 'fra' } },
    web2: { address: '10.0.0.12', labels: { role: 'web', site: 'ams' }, vars: { workers: 8 } },
    db1: { labels: { role: 'db', site: 'fra' }, become: 'sudo', ssh: { port: 2222 } },
    box: { connection: 'directory', root: './sandbox', os: 'debian/12' },
  },
  groups: {
    eu: { on: 'site=fra or site=ams', vars: { region: 'eu', workers: 4 } },
    webs: { on: '@eu and role=web', vars: { region: 'eu-web' } },
  },
  defaults: { ssh: { user: 'root', port: 22 }, vars: { workers: 2, key: secret.env('KEY') } },
})

const facts = new Map([
  ['web1', { os: { id: 'debian', version: '12' } }],
  ['web2', { os: { id: 'ubuntu', version: '24.04' } }],
  ['db1', { os: { id: 'debian', version: '13' } }],
  ['box', {}],
])

const names = (selector: string) => matching(inventory, selector, facts).map((host) => host.name)

const diagnosticsOf = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('hosts', () => {
  test('get defaults, their own settings and absolute roots', () => {
    expect(inventory.hosts.get('db1')).toMatchObject({
      address: 'db1',
      connection: 'ssh',
      become: 'sudo',
      ssh: { user: 'root', port: 2222 },
      strict: false,
    })
    expect(inventory.hosts.get('box')).toMatchObject({
      connection: 'directory',
      root: '/site/sandbox',
      os: 'debian/12',
    })
  })

  test('variables have three levels, last wins, and say which', () => {
    const web2 = inventory.hosts.get('web2')
    const db1 = inventory.hosts.get('db1')
    const box = inventory.hosts.get('box')
    if (web2 === undefined || db1 === undefined || box === undefined) throw new Error('missing')
    expect([web2.vars.workers, levelOf(web2, 'workers')]).toEqual([8, 'host'])
    expect([web2.vars.region, levelOf(web2, 'region')]).toEqual(['eu-web', 'group webs'])
    expect([db1.vars.workers, levelOf(db1, 'workers')]).toEqual([4, 'group eu'])
    expect([box.vars.workers, levelOf(box, 'workers')]).toEqual([2, 'defaults'])
    expect(levelOf(box, 'toString')).toBeUndefined()
  })

  test('mistakes are found all at once', () => {
    const found = diagnosticsOf(() =>
      build({
        hosts: { a: { adress: 'x', ssh: { port: 'x', hostKey: 'MD5:1' } }, b: { connection: 'shh', labels: { n: 1 } } },
        defaults: { becom: 'sudo' },
      }),
    )
    expect(found.map((d) => `${d.summary} ${d.hint ?? ''}`.trim())).toEqual([
      "hosts.a.ssh.port must be a number, not the text 'x'",
      "hosts.a.ssh.hostKey: must be a fingerprint as `ssh-keygen -l` prints it, SHA256:… (it is the text 'MD5:1')",
      "unknown property 'hosts.a.adress' Did you mean 'address'?",
      "hosts.b.connection must be 'ssh', 'local', 'directory' or 'chroot', not the text 'shh' Did you mean 'ssh'?",
      'hosts.b.labels.n must be text, not the number 1',
      "unknown property 'defaults.becom' Did you mean 'become'?",
    ])
  })

  test('settings that do not fit the connection are refused', () => {
    const found = diagnosticsOf(() =>
      build({ hosts: { a: { connection: 'directory' }, b: { root: '/x' }, c: { connection: 'local', address: 'x' } } }),
    )
    expect(found.map((d) => [d.host, d.code])).toEqual([
      ['a', 'bad-connection'],
      ['b', 'bad-connection'],
      ['c', 'bad-connection'],
    ])
  })

  test('groups that contain each other are refused', () => {
    const found = diagnosticsOf(() => build({ hosts: { a: {} }, groups: { x: { on: '@y' }, y: { on: '@x' } } }))
    expect(found[0]?.summary).toContain('contain each other')
  })
})

describe('selectors', () => {
  test.each([
    ['web1', ['web1']],
    ['web*', ['web1', 'web2']],
    ['web?,db1', ['web1', 'web2', 'db1']],
    ['@eu', ['web1', 'web2', 'db1']],
    ['role=web', ['web1', 'web2']],
    ['role!=web', ['db1', 'box']],
    ['site in (fra, ams) and not role=db', ['web1', 'web2']],
    ['site=fra and role=web or box', ['web1', 'box']],
    ['site=fra and (role=web or box)', ['web1']],
    ['not web*', ['db1', 'box']],
    ['not not web1', ['web1']],
    ['facts.os.id=debian', ['web1', 'db1']],
    ['facts.os.version in (13, "24.04")', ['web2', 'db1']],
    ['role = "web"', ['web1', 'web2']],
  ])('%s', (selector, expected) => {
    expect(names(selector)).toEqual(expected)
  })

  test.each([
    ['wbe1', "no host is named 'wbe1'", "Did you mean 'web1'?"],
    ['@ue', "no group is named 'ue'", "Did you mean 'eu'?"],
    ['rolle=web', "no host has a label 'rolle'", "Did you mean 'role'?"],
    ['zz*', 'matches no host', undefined],
    ['role=', 'expected a value, found the end', undefined],
    ['(web1', "expected ')', found the end", undefined],
    ['web1 web2', "expected 'and', 'or' or the end, found 'web2'", undefined],
    ['', 'expected a host, @group or label, found the end', undefined],
    ['role in fra', "expected '(' after in, found 'fra'", undefined],
    ['a "b', "unexpected '\"'", undefined],
  ])('%s is an error: %s', (selector, message, hint) => {
    const found = diagnosticsOf(() => select(inventory, selector, facts))
    expect(found[0]?.summary).toContain(message)
    if (hint !== undefined) expect(found[0]?.hint).toBe(hint)
  })

  test('unknown facts are an error that names the command', () => {
    expect(diagnosticsOf(() => select(inventory, 'facts.os.id=debian'))[0]?.hint).toContain('hexis facts')
  })

  test('nothing written is everything', () => {
    expect(select(inventory, undefined)).toHaveLength(4)
  })

  test('no input crashes the parser', () => {
    const words = fc.constantFrom(
      'web1',
      'and',
      'or',
      'not',
      'in',
      '(',
      ')',
      ',',
      '=',
      '!=',
      '@',
      '"',
      '*',
      ' ',
      '\\',
      'é',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join(' ')),
        ),
        (selector) => {
          try {
            parseSelector(selector)
          } catch (error) {
            if (!(error instanceof DiagnosticError)) throw error
          }
        },
      ),
    )
  })
})
