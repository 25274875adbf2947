import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Args } from '../../steps/step.ts'
import { atOf, type Data, pointer, valueAt, wantedValue, withValue } from './pointer.ts'
import { tomlEdit } from './toml.ts'
import { readToml, tomlText } from './toml-tree.ts'

const args = (at: readonly string[], value: Data): Args => ({ at: pointer(at), value: JSON.stringify(value) })
const port = args(['server', 'port'], 80)

describe('a value of a TOML file', () => {
  const cases: readonly [name: string, given: string, when: Args, then: string, had: string | undefined][] = [
    [
      'takes the place of the earlier one',
      '# a\n[server]\nport=8 # web\n',
      port,
      '# a\n[server]\nport=80 # web\n',
      '8',
    ],
    ['is there already, written in another way', '[server]\nport = 0x50\n', port, '[server]\nport = 0x50\n', '0x50'],
    [
      'comes behind the last one of its table',
      '[server]\n  a=1 # one\n\n[x]\n',
      port,
      '[server]\n  a=1 # one\n  port=80\n\n[x]\n',
      undefined,
    ],
    ['is not aligned with others', '[server]\na     = 1\n', port, '[server]\na     = 1\nport = 80\n', undefined],
    ['starts an empty table', '[server] # s\n# none\n[x]\n', port, '[server] # s\nport = 80\n# none\n[x]\n', '@1 '],
    ['makes its table', 'a=1\n', port, 'a=1\n\n[server]\nport=80\n', undefined],
    [
      'makes its table, inside of another',
      '[a.b]\nx = 1\n',
      args(['a', 'c', 'd'], 1),
      '[a.b]\nx = 1\n\n[a.c]\nd = 1\n',
      undefined,
    ],
    ['starts a file', '', port, '[server]\nport = 80\n', undefined],
    ['before any table', '# top\n[a]\nx = 1\n', args(['k'], 'v'), 'k = "v"\n# top\n[a]\nx = 1\n', undefined],
    [
      'before any table, behind others',
      'a = [\n  1, # x\n] # y\n\n[t]\n',
      args(['k'], 'v'),
      'a = [\n  1, # x\n] # y\nk = "v"\n\n[t]\n',
      undefined,
    ],
    ['in a file without tables', '# only\n', args(['k'], true), '# only\nk = true\n', undefined],
    ['in braces', 'server = { a = 1 } # s\n', port, 'server = { a = 1, port = 80 } # s\n', undefined],
    ['in empty braces', 'server = {}\n', port, 'server = { port = 80 }\n', '@1 {}'],
    [
      'in braces, with the tables around it',
      'a={b=1}\n',
      args(['a', 'c', 'd'], 2),
      'a={b=1, c={ d = 2 }}\n',
      undefined,
    ],
    ['beside keys with dots', 'server.a = 1\nz = 2\n', port, 'server.a = 1\nserver.port = 80\nz = 2\n', undefined],
    [
      'beside keys with dots, in a table',
      '[x]\nserver.a.b = 1\n',
      args(['x', 'server', 'c'], 1),
      '[x]\nserver.a.b = 1\nserver.c = 1\n',
      undefined,
    ],
    [
      'in one of a list of tables',
      '[[a]]\nb = 1\n[[a]]\nb = 2\n',
      args(['a', '0', 'c'], 3),
      '[[a]]\nb = 1\nc = 3\n[[a]]\nb = 2\n',
      undefined,
    ],
    [
      'below the last of a list of tables',
      '[[a]]\nb = 1\n',
      args(['a', '0', 'c', 'd'], 3),
      '[[a]]\nb = 1\n\n[a.c]\nd = 3\n',
      undefined,
    ],
    [
      'replaces a text of several lines',
      'a = """\nx\n[no]\n"""\nb = 1\n',
      args(['a'], 'y'),
      'a = "y"\nb = 1\n',
      '"""\nx\n[no]\n"""',
    ],
    [
      'replaces a list with comments',
      'a = [ # l\n  "x", # ]\n]\n',
      args(['a'], ['y', 1.5]),
      'a = ["y", 1.5]\n',
      '[ # l\n  "x", # ]\n]',
    ],
    ['takes a table', 'a = 1\n', args(['b'], { 'x y': [{}] }), 'a = 1\nb = { "x y" = [{}] }\n', undefined],
    [
      'finds keys in quotes',
      '[ "a.b" . \'c\' ]\n"d e" = 1\n',
      args(['a.b', 'c', 'd e'], 2),
      '[ "a.b" . \'c\' ]\n"d e" = 2\n',
      '1',
    ],
    [
      'replaces a date',
      'a = 2020-01-01T00:00:00Z\n',
      args(['a'], '2020-01-01'),
      'a = "2020-01-01"\n',
      '2020-01-01T00:00:00Z',
    ],
    ['keeps lines of a DOS file', 'a = 1\r\n', port, 'a = 1\r\n\r\n[server]\r\nport = 80\r\n', undefined],
    ['keeps a missing final newline', '[server]\na = 1', port, '[server]\na = 1\nport = 80', undefined],
    [
      'absent',
      '[server]\na = 1\nport = 1 # p\nb = 2\n',
      { ...port, absent: 'yes' },
      '[server]\na = 1\nb = 2\n',
      'port = 1',
    ],
    [
      'absent: in braces',
      'server = { port = 1, b = 2 }\n',
      { ...port, absent: 'yes' },
      'server = { b = 2 }\n',
      'port = 1',
    ],
    ['absent: not there', 'a = 1\n', { ...port, absent: 'yes' }, 'a = 1\n', ''],
  ]
  test.each(cases)('%s', (_name, given, when, then, had) => {
    expect(tomlEdit.apply(given, when)).toEqual({ text: then, had })
    if (when.absent === undefined) expect(tomlEdit.undo(then, when, had)).toBe(given)
  })

  test('a table goes with the last of the values that it was made for, in any order', () => {
    const host = args(['server', 'host'], 'x')
    const both = tomlEdit.apply(tomlEdit.apply('a = 1\n', port).text, host).text
    expect(both).toBe('a = 1\n\n[server]\nport = 80\nhost = "x"\n')
    expect(tomlEdit.undo(tomlEdit.undo(both, port, undefined), host, undefined)).toBe('a = 1\n')
    expect(tomlEdit.undo(tomlEdit.undo(both, host, undefined), port, undefined)).toBe('a = 1\n')
  })

  test('a table of keys with dots goes with its last key', () => {
    expect(tomlEdit.apply('[y]\nd.a = 1\n', { at: '/y/d/a', absent: 'yes' }).text).toBe('[y]\n')
  })

  test('what somebody else changed, or had before, stays', () => {
    expect(tomlEdit.undo('[server]\nport = 81\n', port, undefined)).toBe('[server]\nport = 81\n')
    expect(tomlEdit.undo('[server]\nport = 80\n', port, '0x50')).toBe('[server]\nport = 80\n')
    expect(tomlEdit.undo('server = {port = 80, x = 1}\n', port, '@1 {}')).toBe('server = {x = 1}\n')
  })

  test.each([
    ['a = 1\nb\n', /Line 2, column 2: = is expected/],
    ['a = 1 2\n', /Line 1, column 7: the end of the line is expected\.$/],
    ['a = 1\na = 2\n', /\/a is there twice Line 2/],
    ['[a]\n[a]\n', /\/a is there twice Line 2/],
    ['a = """x\n', /a value is expected/],
    ['a = 01x\n', /a value is expected/],
    ['[a\n', /\] is expected/],
    ['server = 1\n', /\/server is no table/],
    ['server = [1]\n', /\/server is no table/],
    ['[server.port]\nx = 1\n', /it is a table of its own/],
    [`a = ${'['.repeat(1000)}`, /nested too deeply/],
  ])('%j is not edited', (text, says) => {
    let said = ''
    try {
      tomlEdit.apply(text, port)
    } catch (error) {
      const [first] = (error as { diagnostics: { summary: string; detail: string }[] }).diagnostics
      said = `${first?.summary} ${first?.detail}`
    }
    expect(said).toMatch(says)
  })

  test.each([
    ['1_000', 1000],
    ['-0.5e1', -5],
    ['0b101', 5],
    ['inf', Infinity],
    ['"a\\u00e9\\n\\"x"', 'aé\n"x'],
    ["'C:\\x'", 'C:\\x'],
    ['"""\na\\\n   b""c"""""', 'ab""c""'],
    ["'''\na'b'''", "a'b"],
    ['[1, [ "x" ], ]', [1, ['x']]],
    ['{ a.b = 1, c = {} }', { a: { b: 1 }, c: {} }],
  ])('the value of %s', (raw, value) => {
    expect(readToml(`x = ${raw} # c\n`).value).toEqual({ x: value })
  })

  test('what is written says what was meant', () => {
    const anyData = fc
      .jsonValue()
      .filter((value) => !JSON.stringify(value).includes('null') && !/\\ud[89a-f]/i.test(JSON.stringify(value)))
    fc.assert(
      fc.property(anyData, (value) => {
        const data: Data = JSON.parse(JSON.stringify(value))
        expect(readToml(`x = ${tomlText(data)}\n`).value).toEqual({ x: data })
      }),
    )
  })
})

const comment = fc.constantFrom('', '', ' # x', '  # [a]', '\n# y = 1', '\n')
const anyValue = fc.constantFrom(
  '1',
  '"x"',
  "'''\n[a]\n'''",
  '[1, 2]',
  '[\n  1, # ]\n]',
  '{}',
  '{ a = 1, b.c = 2 }',
  '{a={}}',
  '2020-01-01',
)
const anyEntries = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom('a', 'b', '"c"', 'd.a', 'd.b', ' e'),
      fc.constantFrom(' = ', '=', '   = '),
      anyValue,
      comment,
    ),
    {
      maxLength: 4,
      selector: ([key]) => key,
    },
  )
  .map((all) => all.map((parts) => `${parts.join('')}\n`).join(''))
const anyText = fc
  .tuple(
    fc.constantFrom('', '# top\n', '\n'),
    anyEntries,
    fc.uniqueArray(fc.tuple(fc.constantFrom('[x]', '[ y ]', '[a.z]', '[x.y]', '[[l]]'), comment, anyEntries), {
      maxLength: 3,
      selector: ([h]) => h,
    }),
    fc.boolean(),
  )
  .map(([top, first, tables, cut]) => {
    const text = `${top}${first}${tables.map(([header, c, entries]) => `${header}${c}\n${entries}`).join('')}`
    return cut ? text.replace(/\n$/, '') : text
  })
const anyArgs = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'x', 'y', 'z', 'l', '0'), { minLength: 1, maxLength: 3 }),
    fc.constantFrom<Data>(1, 'x', '', true, [1, ['a']], { b: { c: 'x\ny' } }, {}),
    fc.boolean(),
  )
  .map(([at, value, absent]): Args => ({ ...args(at, value), ...(absent ? { absent: 'yes' } : {}) }))

const refused: string[] = []
/** The edit, or nothing where it refuses. */
const tried = (text: string, all: Args) => {
  try {
    readToml(text)
  } catch {
    // Tables that are there twice: the generator does not know.
    return undefined
  }
  try {
    return tomlEdit.apply(text, all)
  } catch (error) {
    if (!/is no table|as a whole/.test(String(error))) refused.push(`${error} ${JSON.stringify([text, all])}`)
    return undefined
  }
}

describe('any file', () => {
  test('then has the value, and all others as before', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, all) => {
        const once = tried(text, all)
        if (once === undefined) return
        expect(tomlEdit.apply(once.text, all).text).toBe(once.text)
        const before = readToml(text).value
        const after = readToml(once.text).value
        if (all.absent === undefined) expect(after).toEqual(withValue(before, atOf(all), wantedValue(all)))
        else if (once.had === '') expect(once.text).toBe(text)
        else expect(valueAt(after, atOf(all))).toBe(undefined)
      }),
      { numRuns: 500 },
    )
    expect(refused).toEqual([])
  })

  test('undone, every byte is as before', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, all) => {
        const once = tried(text, all)
        if (once !== undefined && all.absent === undefined) expect(tomlEdit.undo(once.text, all, once.had)).toBe(text)
      }),
    )
  })
})
