import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Collector } from '../document/collector.ts'
import { collectors, newCollector } from '../document/collector.ts'
import type { Json, Resource } from '../document/document.ts'
import { documentSchema } from '../document/json-schema.ts'
import { validateDocument } from '../document/validate.ts'
import { identityMistakes } from '../transform/mistakes.ts'
import * as functions from './index.ts'
import { modeDigits } from './mode.ts'
import { resources, schemas } from './registry.ts'

type Call = (id: string, props: object) => void

const source = { file: 'site.ts', line: 1, column: 1 }

const mistakesOf = (list: readonly Resource[]): readonly string[] => {
  const document = { format: 'document/1', site: 's', host: 'h', resources: list } as const
  return [...validateDocument(document, schemas), ...identityMistakes(document, resources)].map((d) => d.summary)
}

const mistakes = (type: string, id: string, props: { readonly [name: string]: Json } = {}): readonly string[] =>
  mistakesOf([{ type, id, props, source }])

const configure = (run: () => void): Collector => {
  const collector = newCollector('h', import.meta.dirname)
  collectors.run(collector, run)
  return collector
}

describe.each([...resources.values()])('$type', (definition) => {
  test('its examples pass its own checks', () => {
    expect(definition.examples.length).toBeGreaterThan(0)
    for (const { id, props } of definition.examples) expect(mistakes(definition.type, id, props)).toEqual([])
  })

  test('its examples, given to its function, declare what they say', () => {
    for (const example of definition.examples) {
      const [path = '', part] = example.id.split('#')
      const props =
        part === undefined || !('id' in definition.schema.shape) ? example.props : { id: part, ...example.props }
      const call: unknown = Object.entries(functions).find(([name]) => name === definition.functionName)?.[1]
      const { resources: declared, diagnostics } = configure(() => (call as Call)(example.given ?? path, props))
      expect(diagnostics.filter((d) => d.code !== 'source-missing')).toEqual([])
      expect(declared[0]?.type).toBe(definition.type)
      if (['authorizedKey', 'tree', 'template', 'archive'].includes(definition.type)) continue
      expect(declared[0]).toMatchObject({ id: example.id, props: example.props })
    }
  })
})

describe('bad values are named with what would be good', () => {
  const cases: readonly [type: string, id: string, props: { readonly [name: string]: Json }, says: RegExp][] = [
    ['file', '/a', { content: '', mode: '99999' }, /mode: .*octal digits.*'99999'/],
    ['file', '/a', { content: '', mode: 644 }, /mode must be text, not the number 644/],
    ['file', '/a', { content: '', mode: '+x' }, /all of u, g and o/],
    ['file', 'etc/motd', { content: '' }, /absolute: it starts with \//],
    ['file', '/a/../b', { content: '' }, /without \.\./],
    ['file', '/', { content: '' }, /root directory/],
    ['file', `/${'x'.repeat(256)}`, { content: '' }, /at most 255 bytes/],
    ['file', '/a\0b', { content: '' }, /NUL/],
    ['file', '/a', {}, /give content, source, absent/],
    ['file', '/a', { content: '', source: 'x' }, /exclude each other/],
    ['file', '/a', { absent: true, mode: '0644' }, /no other property/],
    ['file', '/a', { contents: '' }, /unknown property 'contents'/],
    ['user', 'al ice', {}, /starts with a letter/],
    ['user', 'alice', { uid: -1 }, /uid: it is 0 or more \(it is the number -1\)/],
    ['user', 'alice', { uid: 4_294_967_295 }, /at most/],
    ['user', 'alice', { expiry: '2026-02-30' }, /YYYY-MM-DD/],
    ['user', 'alice', { comment: 'a:b' }, /without a colon/],
    ['group', '-x', {}, /name/],
    ['link', '/a', {}, /target is missing/],
    ['link', '/a', { target: 'b', hard: true }, /absolute/],
    ['line', '/etc/hosts#x', {}, /line is missing/],
    ['line', '/etc/hosts#x', { line: 'a\nb' }, /one line/],
    ['line', '/etc/hosts#x', { line: 'a', match: '(' }, /regular expression/],
    ['line', '/etc/hosts#x', { line: 'a', place: 'middle' }, /place must be/],
    ['block', '/etc/hosts', { text: 'x' }, /no id/],
    ['ini', '/etc/a#[s]k', { section: 's', key: 'k' }, /value is missing/],
    ['ini', '/etc/a#[s]k', { section: 's', key: 'k', value: 'a', bare: true }, /exclude each other/],
    ['ini', '/etc/a#[s]k', { section: '[s]', key: 'k', value: 'a' }, /name between the brackets/],
    ['ini', '/etc/a#[s]k', { section: 's', key: 'k=1', value: 'a' }, /a key has no =/],
    ['ini', '/etc/a#[s]k', { section: 's', key: 'k', value: 'a\nb' }, /one line/],
    ['ini', '/etc/a#[s]k', { section: 's', key: 'k', value: ' a' }, /put it into quotes/],
    ['ini', '/etc/a#[s]k', { section: 's', key: 'k', value: 'a ;b', inlineComments: true }, /would be a comment/],
    ['ini', '/etc/a#k', { section: 's', key: 'k', value: 'a' }, /not those that its identity says: '\[s\]k'/],
    ['ini', 'etc/a#k', { key: 'k', value: 'a' }, /absolute/],
    ['env', '/etc/a#a-b', { key: 'a-b', value: '1' }, /letters, digits and _/],
    ['env', '/etc/a#A', { key: 'A' }, /value is missing/],
    ['env', '/etc/a#A', { key: 'A', value: 'a\nb' }, /one line/],
    ['env', '/etc/a#A', { key: 'A', value: 'a', absent: true }, /exclude each other/],
    ['env', '/etc/a#A', { key: 'A', value: true }, /value/],
    ['json', '/etc/a#/k', { at: ['k'] }, /value is missing/],
    ['json', '/etc/a#/k', { at: [], value: 1 }, /at least one key/],
    ['json', '/etc/a#/k', { at: ['k'], value: 1, absent: true }, /exclude each other/],
    ['json', '/etc/a#/k', { at: ['k', 'l'], value: 1 }, /not what its identity says: '\/k\/l'/],
    ['json', '/etc/a#/k', { at: 'k', value: 1 }, /at must be/],
    ['json', '/etc/a#/-1', { at: [-1], value: 1 }, /at/],
    ['toml', '/etc/a#/k', { at: ['k'], value: [{ a: null }] }, /no null/],
    ['authorizedKey', 'alice/x', { key: 'hello' }, /ssh-keygen/],
    ['sudoers', 'a.b', { users: ['x'] }, /passes over/],
    ['sudoers', 'a', {}, /give content, users or groups/],
    ['sudoers', 'a', { users: ['x'], commands: ['systemctl'] }, /absolute path/],
    ['package', 'a b', {}, /package name/],
    ['service', 'x', {}, /give enabled, running or masked/],
    ['service', 'x', { masked: true, running: true }, /neither run nor be enabled/],
    ['hostname', 'web_1', {}, /letters, digits/],
    ['exec', 'x', { command: '' }, /command/],
    ['exec', 'x', { command: 'a', timeout: -1 }, /timeout/],
    ['exec', 'x', { command: 'a', env: { 'a-b': 'x' } }, /env/],
    ['probe', 'a/b', { command: 'x' }, /id/],
  ]
  test.each(cases)('%s %s %j', (type, id, props, says) => {
    const found = mistakes(type, id, props)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(says)
  })
})

test.each([
  ['0644', '0644'],
  ['644', '0644'],
  ['4755', '4755'],
  ['u=rw,go=r', '0644'],
  ['a=rx,u=rwx', '0755'],
  ['=r', '0444'],
  ['u=rwxs,g=rx,o=', '4750'],
  ['ugo=rwx,o=rwxt', '1777'],
  ['u=rw', undefined],
  ['u+x', undefined],
  ['0999', undefined],
  ['', undefined],
])('mode %j → %j', (mode, digits) => {
  expect(modeDigits(mode)).toBe(digits)
})

describe('functions', () => {
  test('lines of one file are parted by id, else match, else text', () => {
    const { resources: declared } = configure(() => {
      functions.line('/etc/hosts', { id: 'db', match: /\sdb$/i, line: '10.0.0.5 db' })
      functions.line('/etc/hosts', { match: /\sweb$/, line: '10.0.0.6 web' })
      functions.line('/etc/hosts', { line: '10.0.0.7 x' })
    })
    expect(declared.map((one) => one.id)).toEqual(['/etc/hosts#db', '/etc/hosts#\\sweb$', '/etc/hosts#10.0.0.7 x'])
    expect(declared[0]?.props.match).toEqual({ regex: '\\sdb$', flags: 'i' })
  })

  test('a path with # is refused rather than taken for another file', () => {
    const { resources: declared } = configure(() => functions.line('/etc/a#b', { line: 'x' }))
    expect(mistakesOf(declared)[0]).toMatch(/# in it cannot be edited/)
  })

  test('several packages give several handles', () => {
    const { resources: declared } = configure(() => {
      const handles = functions.pkg(['a', 'b'])
      functions.service('x', { running: true, after: handles })
    })
    expect(declared[2]?.after).toEqual(['package:a', 'package:b'])
  })

  test('a probe is a handle with an output that is no string', () => {
    const { resources: declared, diagnostics } = configure(() => {
      const kernel = functions.probe('kernel', { command: 'uname -r' })
      functions.file('/a', { content: kernel.output, after: kernel })
      expect(() => `${kernel.output}`).toThrow('not known yet')
    })
    expect(diagnostics).toEqual([])
    expect(declared[1]).toMatchObject({ props: { content: { $text: [{ probe: 'kernel' }] } }, after: ['probe:kernel'] })
  })

  test('two keys of a user are two resources; the same key with another comment is one', () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4vZ1Tx1Xj2Yw4cHn0h6q8f0b3yYk0Q5mXo1dYl2s3t'
    const { resources: declared } = configure(() => {
      functions.authorizedKey('alice', { key: `${key} laptop` })
      functions.authorizedKey('alice', { key: `${key} desktop` })
      functions.authorizedKey('alice', { key: key.replace('2s3t', '2s3u') })
    })
    expect(new Set(declared.map((one) => one.id)).size).toBe(2)
  })
})

test('the schema of documents can be written as JSON Schema', () => {
  const schema = JSON.stringify(z.toJSONSchema(documentSchema(schemas), { io: 'input' }))
  expect(schema).toContain('Where a new one goes')
})
