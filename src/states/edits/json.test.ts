import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Args } from '../../steps/step.ts'
import { jsonEdit } from './json.ts'
import { readJson } from './json-tree.ts'
import { atOf, type Data, keysOf, pointer, wantedValue, withValue } from './pointer.ts'

const args = (at: readonly string[], value: Data): Args => ({ at: pointer(at), value: JSON.stringify(value) })
const port = args(['server', 'port'], 80)

describe('a value of a JSON file', () => {
  const cases: readonly [name: string, given: string, when: Args, then: string, had: string | undefined][] = [
    ['takes the place of the earlier one', '{"server": {"port": 8 }}', port, '{"server": {"port": 80 }}', '8'],
    [
      'is there already, written in another way',
      '{"server":{"port":8.0e1}}',
      port,
      '{"server":{"port":8.0e1}}',
      '8.0e1',
    ],
    [
      'comes behind the last one, written as that one is',
      '{\n\t"server": {\n\t\t"host" : "a"\n\t}\n}\n',
      port,
      '{\n\t"server": {\n\t\t"host" : "a",\n\t\t"port" : 80\n\t}\n}\n',
      undefined,
    ],
    [
      'comes behind one on the same line',
      '{"a":1,"server":{"x":1}}',
      port,
      '{"a":1,"server":{"x":1,"port":80}}',
      undefined,
    ],
    ['keeps spaces of one line', '{ "server": { "x": 1 } }', port, '{ "server": { "x": 1, "port": 80 } }', undefined],
    [
      'leaves comments where they are',
      '{\n  // all\n  "server": {\n    "x": 1 // one\n    /* end */\n  }\n}\n',
      port,
      '{\n  // all\n  "server": {\n    "x": 1, // one\n    "port": 80\n    /* end */\n  }\n}\n',
      undefined,
    ],
    [
      'keeps commas at the end',
      '{\n  "server": {\n    "x": 1, // one\n  },\n}\n',
      port,
      '{\n  "server": {\n    "x": 1, // one\n    "port": 80,\n  },\n}\n',
      undefined,
    ],
    ['fills an empty object', '{\n  "server": { }\n}\n', port, '{\n  "server": {\n    "port": 80\n  }\n}\n', '@1 { }'],
    ['fills an empty file of one object', '{}\n', port, '{\n  "server": {\n    "port": 80\n  }\n}\n', '@0 {}'],
    ['starts a file', '', port, '{\n  "server": {\n    "port": 80\n  }\n}\n', '@0 '],
    [
      'makes the objects around it',
      '{\n    "a": 1\n}\n',
      port,
      '{\n    "a": 1,\n    "server": {\n        "port": 80\n    }\n}\n',
      undefined,
    ],
    [
      'takes any value',
      '{\n  "a": 1\n}',
      args(['a'], { b: [1, null] }),
      '{\n  "a": {\n    "b": [\n      1,\n      null\n    ]\n  }\n}',
      '1',
    ],
    [
      'keeps lines of a DOS file',
      '{\r\n  "a": 1\r\n}\r\n',
      args(['b'], 2),
      '{\r\n  "a": 1,\r\n  "b": 2\r\n}\r\n',
      undefined,
    ],
    ['is the last of equal keys', '{"a":1,"a":2}', args(['a'], 3), '{"a":1,"a":3}', '2'],
    ['is an item of a list', '{"a":[1,{"b":2}]}', args(['a', '1', 'b'], 3), '{"a":[1,{"b":3}]}', '2'],
    ['keys may hold anything', '{"a/b":{"~":1}}', args(['a/b', '~'], 2), '{"a/b":{"~":2}}', '1'],
    ['also __proto__', '{"x":1}', args(['__proto__', 'y'], 2), '{"x":1,"__proto__":{"y":2}}', undefined],
    [
      'absent: goes with its comma',
      '{"a":1,"server":{"port":1}}',
      { ...port, absent: 'yes' },
      '{"a":1,"server":{}}',
      '1',
    ],
    [
      'absent: the last one',
      '{\n  "a": 1,\n  "b": 2\n}\n',
      { ...args(['b'], 0), absent: 'yes' },
      '{\n  "a": 1\n}\n',
      '2',
    ],
    [
      'absent: one in the middle',
      '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n',
      { ...args(['b'], 0), absent: 'yes' },
      '{\n  "a": 1,\n  "c": 3\n}\n',
      '2',
    ],
    ['absent: not there', '{"server":1}', { ...port, absent: 'yes' }, '{"server":1}', ''],
  ]
  test.each(cases)('%s', (_name, given, when, then, had) => {
    expect(jsonEdit.apply(given, when)).toEqual({ text: then, had })
    if (when.absent === undefined) expect(jsonEdit.undo(then, when, had)).toBe(given)
  })

  test('objects that were made go with the last value in them, in any order', () => {
    const host = args(['server', 'host'], 'x')
    const both = jsonEdit.apply(jsonEdit.apply('{"a":1}', port).text, host).text
    expect(both).toBe('{"a":1,"server":{"port":80,"host":"x"}}')
    expect(jsonEdit.undo(jsonEdit.undo(both, port, undefined), host, undefined)).toBe('{"a":1}')
    expect(jsonEdit.undo(jsonEdit.undo(both, host, undefined), port, undefined)).toBe('{"a":1}')
  })

  test('what somebody else changed, or had before, stays', () => {
    expect(jsonEdit.undo('{"server":{"port":81}}', port, undefined)).toBe('{"server":{"port":81}}')
    expect(jsonEdit.undo('{"server":{"port":80}}', port, '8e1')).toBe('{"server":{"port":80}}')
    expect(jsonEdit.undo('{"server":{"port":80,"x":1}}', port, '@1 {}')).toBe('{"server":{"x":1}}')
  })

  test.each([
    ['{\n  "a": 1\n  "b": 2\n}', /Line 3, column 3: , or } is expected\.$/],
    ['{\n', /Line 2, column 1: a text in double quotes is expected, not the end/],
    ['{"a": 01}', /Line 1, column 7: a value is expected/],
    ['{} {}', /the end is expected/],
    ['{"server": 1}', /\/server\/port cannot be set: \/server is no object/],
    ['[1]', /the whole is a list of 1 without an item server/],
    [`${'['.repeat(1000)}`, /nested too deeply/],
    ['{"a":"\\x"}', /as JSON writes it/],
  ])('%j is not edited', (text, says) => {
    let said = ''
    try {
      jsonEdit.apply(text, port)
    } catch (error) {
      const [first] = (error as { diagnostics: { summary: string; detail: string }[] }).diagnostics
      said = `${first?.summary} ${first?.detail}`
    }
    expect(said).toMatch(says)
  })

  test('a pointer and its keys', () => {
    expect(pointer(['a/b', '~1', 0, ''])).toBe('/a~1b/~01/0/')
    expect(keysOf('/a~1b/~01/0/')).toEqual(['a/b', '~1', '0', ''])
    expect(keysOf('')).toEqual([])
  })
})

const space = fc.constantFrom('', ' ', '\n', '\n  ', ' // x\n', ' /* , */ ', '\r\n\t')
const name = fc.constantFrom('a', 'b', 'c')
/** The text of a value, with spaces and comments anywhere, and sometimes a comma too much. */
const { value: anyValue } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('1', '"x"', 'null', '2.50', '{}', '[]', '{ }'),
    fc
      .tuple(
        fc.array(fc.tuple(name, space, space, tie('value'), space), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        space,
      )
      .map(
        ([all, comma, s]) =>
          `{${all.map(([k, a, b, v, c]) => `${a}"${k}"${b}: ${v}${c}`).join(',')}${comma ? `,${s}` : ''}}`,
      ),
    fc.array(tie('value'), { maxLength: 2 }).map((all) => `[${all.join(', ')}]`),
  ),
}))
const anyText = fc.tuple(space, anyValue, space).map((parts) => parts.join(''))
const anyArgs = fc
  .tuple(
    fc.array(name, { minLength: 1, maxLength: 3 }),
    fc.constantFrom<Data>(1, 'x', null, [1], { b: { c: 1 } }, {}),
    fc.boolean(),
  )
  .map(([at, value, absent]): Args => ({ ...args(at, value), ...(absent ? { absent: 'yes' } : {}) }))

/** The edit, or nothing where the path leads through what is no object. */
const tried = (text: string, all: Args) => {
  try {
    return jsonEdit.apply(text, all)
  } catch (error) {
    expect(String(error)).toContain('cannot be set: ')
    return undefined
  }
}

describe('any file', () => {
  test('then has the value, and all others as before', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, all) => {
        const once = tried(text, all)
        if (once === undefined) return
        expect(jsonEdit.apply(once.text, all).text).toBe(once.text)
        const before = readJson(text)?.value
        const after = readJson(once.text)?.value
        if (all.absent === undefined) expect(after).toEqual(withValue(before, atOf(all), wantedValue(all)))
        else if (once.had === '') expect(once.text).toBe(text)
        else expect(after).toEqual(withValue(before, atOf(all), undefined))
      }),
      { numRuns: 400 },
    )
  })

  test('undone, every byte is as before', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, all) => {
        const once = tried(text, all)
        if (once !== undefined && all.absent === undefined) expect(jsonEdit.undo(once.text, all, once.had)).toBe(text)
      }),
      { numRuns: 400 },
    )
  })

  test('comments stay', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, all) => {
        const once = tried(text, all)
        if (once === undefined || once.had?.includes('/') || all.absent !== undefined) return
        const count = (t: string): number => t.split(/\/\/ x|\/\* , \*\//).length
        expect(count(once.text)).toBe(count(text))
      }),
    )
  })
})
