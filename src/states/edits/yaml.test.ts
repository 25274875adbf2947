import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Args } from '../../steps/step.ts'
import { atOf, type Data, pointer, wantedValue, withValue } from './pointer.ts'
import { yamlEdit } from './yaml.ts'
import { readYaml } from './yaml-tree.ts'

const args = (at: readonly string[], value: Data): Args => ({ at: pointer(at), value: JSON.stringify(value) })
const port = args(['server', 'port'], 80)

describe('a value of a YAML file', () => {
  const cases: readonly [name: string, given: string, when: Args, then: string, had: string | undefined][] = [
    [
      'takes the place of the earlier one',
      '# a\nserver:\n  port: 8   # web\n',
      port,
      '# a\nserver:\n  port: 80   # web\n',
      '8',
    ],
    ['is there already, written in another way', 'server: {port: 0x50}\n', port, 'server: {port: 0x50}\n', '0x50'],
    [
      'comes behind the last one',
      'server:\n    host: a # h\n\n# next\nx: 1\n',
      port,
      'server:\n    host: a # h\n    port: 80\n\n# next\nx: 1\n',
      undefined,
    ],
    [
      'comes behind a value of several lines',
      'server:\n  a: |\n    x\n\n  b:\n  - 1\nz: 1\n',
      port,
      'server:\n  a: |\n    x\n\n  b:\n  - 1\n  port: 80\nz: 1\n',
      undefined,
    ],
    ['comes behind one in braces', 'server: { a: 1 } # s\n', port, 'server: { a: 1, port: 80 } # s\n', undefined],
    ['fills what is empty', 'server: # s\nx: 1\n', port, 'server: # s\n  port: 80\nx: 1\n', '@1 '],
    ['fills what is null', 'x:\n    y: 1\nserver: ~\n', port, 'x:\n    y: 1\nserver:\n    port: 80\n', '@1 ~'],
    ['fills empty braces', 'server: {}\n', port, 'server:\n  port: 80\n', '@1 {}'],
    ['starts a file', '', port, 'server:\n  port: 80\n', '@0 '],
    ['starts a file of comments', '# only\n---\n', args(['a'], 'x'), '# only\n---\na: x\n', '@0 '],
    ['starts braces', '{}\n', port, '{ server: {"port":80} }\n', '@0 {}'],
    ['makes the keys around it', 'x: 1', port, 'x: 1\nserver:\n  port: 80', undefined],
    ['takes a list', 'a: 1 # c\nb: 2\n', args(['a'], ['x', { z: 1 }]), 'a: # c\n  - x\n  - z: 1\nb: 2\n', '1'],
    [
      'replaces a list',
      'a: # c\n  - x # d\n  - y # e\nb: 2\n',
      args(['a'], 5),
      'a: 5 # c\nb: 2\n',
      '\n  - x # d\n  - y # e',
    ],
    ['replaces a text of several lines', 'a: |\n  x\n  y\nb: 2\n', args(['a'], 'z'), 'a: z\nb: 2\n', '|\n  x\n  y'],
    ['quotes what would be something else', 'a: 1\n', args(['a'], 'yes'), 'a: "yes"\n', '1'],
    ['quotes keys as well', 'a: 1\n', args(['8: x', 'z'], '5'), 'a: 1\n"8: x":\n  z: "5"\n', undefined],
    ['a text of several lines', 'a: 1\n', args(['a'], 'x\ny'), 'a: "x\\ny"\n', '1'],
    [
      'in a list',
      'a:\n  - b: 1\n    c: 2\n',
      args(['a', '0', 'd'], 3),
      'a:\n  - b: 1\n    c: 2\n    d: 3\n',
      undefined,
    ],
    ['an item of a list', 'a: [1, 2] # x\n', args(['a', '1'], 3), 'a: [1, 3] # x\n', '2'],
    ['keeps lines of a DOS file', 'a: 1\r\n', args(['b'], [1]), 'a: 1\r\nb:\r\n  - 1\r\n', undefined],
    ['leaves anchors elsewhere', 'a: &x { b: 1 }\nc: *x\n', args(['d'], 1), 'a: &x { b: 1 }\nc: *x\nd: 1\n', undefined],
    ['absent', 'a: 1\n# b\nb:\n  - 1\nc: 3\n', { ...args(['b'], 0), absent: 'yes' }, 'a: 1\n# b\nc: 3\n', 'b:\n  - 1'],
    ['absent: the only one', 'server:\n  port: 1\nx: 1\n', { ...port, absent: 'yes' }, 'server: {}\nx: 1\n', 'port: 1'],
    [
      'absent: in braces',
      'server: {a: 1, port: 2, b: 3}\n',
      { ...port, absent: 'yes' },
      'server: {a: 1, b: 3}\n',
      'port: 2',
    ],
    ['absent: not there', 'x: 1\n', { ...port, absent: 'yes' }, 'x: 1\n', ''],
  ]
  test.each(cases)('%s', (_name, given, when, then, had) => {
    expect(yamlEdit.apply(given, when)).toEqual({ text: then, had })
    if (when.absent === undefined) expect(yamlEdit.undo(then, when, had)).toBe(given)
  })

  test('keys that were made go with the last value in them, in any order', () => {
    const host = args(['server', 'host'], 'x')
    const both = yamlEdit.apply(yamlEdit.apply('a: 1\n', port).text, host).text
    expect(both).toBe('a: 1\nserver:\n  port: 80\n  host: x\n')
    expect(yamlEdit.undo(yamlEdit.undo(both, port, undefined), host, undefined)).toBe('a: 1\n')
    expect(yamlEdit.undo(yamlEdit.undo(both, host, undefined), port, undefined)).toBe('a: 1\n')
  })

  test('what somebody else changed, or had before, stays', () => {
    expect(yamlEdit.undo('server:\n  port: 81\n', port, undefined)).toBe('server:\n  port: 81\n')
    expect(yamlEdit.undo('server:\n  port: 80\n', port, '0x50')).toBe('server:\n  port: 80\n')
    expect(yamlEdit.undo('server:\n  port: 80\n  x: 1\n', port, '@1 ')).toBe('server:\n  x: 1\n')
  })

  test.each([
    ['a: 1\n  b: 2\n', /no YAML/],
    ['a: 1\na: 2\n', /no YAML.*Line 2/],
    ['a: 1\n---\nb: 1\n', /several YAML documents/],
    ['server: 1\n', /\/server\/port cannot be set: \/server is no object/],
    ['- 1\n', /the whole is no object/],
    ['server:\n  port: &p 1\nx: *p\n', /it has an anchor or a tag/],
    ['server: &s\n  x: 1\nother: *s\n', /without changing something else/],
    ['server: *gone\n', /no YAML/],
  ])('%j is not edited', (text, says) => {
    let said = ''
    try {
      yamlEdit.apply(text, port)
    } catch (error) {
      const [first] = (error as { diagnostics: { summary: string; detail: string }[] }).diagnostics
      said = `${first?.summary} ${first?.detail}`
    }
    expect(said).toMatch(says)
  })
})

const name = fc.constantFrom('a', 'b', 'c', '"d"')
const comment = fc.constantFrom('', '', ' # x', '   #', '\n# y', '\n')
const flow = fc.constantFrom('1', "'x y'", '"z"', '[1, 2]', '{}', '{a: 1,  b: {c: 2}}', '[]', '~', '{"a":1}')
/** The lines of a table, with comments and blank lines anywhere. */
const { table } = fc.letrec<{ table: (indent: string) => string; value: (indent: string) => string }>((tie) => ({
  table: fc
    .uniqueArray(fc.tuple(name, tie('value'), comment), { minLength: 1, maxLength: 3, selector: ([key]) => key })
    .map((all) => (indent: string) => all.map(([key, value, c]) => `${indent}${key}:${value(indent)}${c}\n`).join('')),
  value: fc.oneof(
    { maxDepth: 3 },
    flow.map((text) => () => ` ${text}`),
    fc.constantFrom('', ' # n').map((text) => () => text),
    fc.constant((indent: string) => ` |\n${indent}  one\n${indent}   two`),
    fc.constant((indent: string) => `\n${indent}- 1 # i\n${indent}- a: 2`),
    fc.tuple(tie('table'), fc.constantFrom('', ' # t')).map(
      ([inner, c]) =>
        (indent: string) =>
          `${c}\n${inner(`${indent}  `)}`.trimEnd(),
    ),
  ),
}))
const anyText = fc
  .tuple(
    fc.constantFrom('', '# top\n', '---\n', '\n'),
    fc.oneof(
      table.map((t) => t('')),
      fc.constant(''),
    ),
    fc.constantFrom('', '# end', '\n'),
    fc.boolean(),
  )
  .map(([top, body, end, cut]) => (cut ? `${top}${body}${end}`.replace(/\n$/, '') : `${top}${body}${end}`))
const anyArgs = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 3 }),
    fc.constantFrom<Data>(1, 'x', '', 'no', null, true, [1, ['a']], { b: { c: 'x\ny' } }, {}),
    fc.boolean(),
  )
  .map(([at, value, absent]): Args => ({ ...args(at, value), ...(absent ? { absent: 'yes' } : {}) }))

let refused = 0
/** The edit, or nothing where it refuses. */
const tried = (text: string, all: Args) => {
  try {
    return yamlEdit.apply(text, all)
  } catch (error) {
    if (!/is no object/.test(String(error))) {
      refused++
    }
    return undefined
  }
}

describe('any file', () => {
  test('then has the value, and all others as before', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, all) => {
        const once = tried(text, all)
        if (once === undefined) return
        expect(yamlEdit.apply(once.text, all).text).toBe(once.text)
        const before = readYaml(text).value
        const after = readYaml(once.text).value
        if (all.absent === undefined) expect(after).toEqual(withValue(before, atOf(all), wantedValue(all)))
        else if (once.had === '') expect(once.text).toBe(text)
        else expect(after ?? {}).toEqual(withValue(before, atOf(all), undefined))
      }),
      { numRuns: 500 },
    )
    expect(refused).toBe(0)
  })

  test('comments stay', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, all) => {
        const once = tried(text, all)
        if (once === undefined || all.absent !== undefined || once.had?.includes('#') === true) return
        const count = (t: string): number => t.split('#').length
        expect(count(once.text)).toBe(count(text))
      }),
    )
  })

  test('undone, every byte is as before', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, all) => {
        const once = tried(text, all)
        if (once !== undefined && all.absent === undefined) expect(yamlEdit.undo(once.text, all, once.had)).toBe(text)
      }),
    )
  })
})
