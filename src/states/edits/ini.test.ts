import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Args } from '../../steps/step.ts'
import { iniEdit } from './ini.ts'

const port: Args = { section: 'web', key: 'port', value: '80' }

describe('an entry of a file of sections', () => {
  const cases: readonly [name: string, given: string, when: Args, then: string, had: string | undefined][] = [
    ['takes the place of the value', '[web]\nport=8\n', port, '[web]\nport=80\n', 'port=8'],
    ['keeps how its line is written', '[web]\n\tport  :  8  \n', port, '[web]\n\tport  :  80  \n', 'port  :  8'],
    ['is there already', '[web]\nport = 80\n', port, '[web]\nport = 80\n', 'port = 80'],
    ['comes after the last one of its section', '[web]\na=1\n\n[x]\n', port, '[web]\na=1\nport=80\n\n[x]\n', undefined],
    ['is indented as those are', '[web]\n\ta = 1\n', port, '[web]\n\ta = 1\n\tport = 80\n', undefined],
    ['is not aligned with others', '[web]\na     = 1\n', port, '[web]\na     = 1\nport = 80\n', undefined],
    ['starts an empty section', '[web]\n; none\n[x]\n', port, '[web]\nport = 80\n; none\n[x]\n', '[web]'],
    ['makes its section', '[x]\na=1\n', port, '[x]\na=1\n\n[web]\nport=80\n', undefined],
    ['starts a file', '', port, '[web]\nport = 80\n', undefined],
    [
      'leaves the key of another section',
      '[x]\nport=1\n[web]\na=1\n',
      port,
      '[x]\nport=1\n[web]\na=1\nport=80\n',
      undefined,
    ],
    [
      'leaves what is commented out',
      '[web]\n#port=1\n;port=2\na=1\n',
      port,
      '[web]\n#port=1\n;port=2\na=1\nport=80\n',
      undefined,
    ],
    ['is the last of its name', '[web]\nport=1\nport=2\n', port, '[web]\nport=1\nport=80\n', 'port=2'],
    [
      'is the last, also where its section comes twice',
      '[web]\nport=1\n[x]\n[web]\nport=2\n',
      port,
      '[web]\nport=1\n[x]\n[web]\nport=80\n',
      'port=2',
    ],
    [
      'finds a section with spaces and a comment',
      '[ web ] ; [x]\nport=1\n',
      port,
      '[ web ] ; [x]\nport=80\n',
      'port=1',
    ],
    ['keeps the line ends of a DOS file', '[web]\r\na=1\r\n', port, '[web]\r\na=1\r\nport=80\r\n', undefined],
    ['replaces in a DOS file', '[web]\r\nport=1\r\n', port, '[web]\r\nport=80\r\n', 'port=1'],
    ['keeps a missing final newline', '[web]\nport=1', port, '[web]\nport=80', 'port=1'],
    ['fills what is empty', '[web]\nport =\n', port, '[web]\nport = 80\n', 'port ='],
    ['gives a value to a key that stood alone', '[web]\na = 1\nport\n', port, '[web]\na = 1\nport = 80\n', 'port'],
    [
      'can stand alone',
      '[o]\n#Color\na = 1\n',
      { section: 'o', key: 'Color', bare: 'yes' },
      '[o]\n#Color\na = 1\nColor\n',
      undefined,
    ],
    [
      'loses its value to stand alone',
      '[o]\nColor = 1\n',
      { section: 'o', key: 'Color', bare: 'yes' },
      '[o]\nColor\n',
      'Color = 1',
    ],
    [
      'without a section: before any',
      '; top\n[x]\na=1\n',
      { key: 'k', value: 'v' },
      'k=v\n; top\n[x]\na=1\n',
      undefined,
    ],
    [
      'without a section, where there is none',
      '# top\na=1\n',
      { key: 'k', value: 'v' },
      '# top\na=1\nk=v\n',
      undefined,
    ],
    ['without a section, in a file of comments', '# top\n', { key: 'k', value: 'v' }, '# top\nk = v\n', undefined],
    ['an empty value', '[web]\na = 1\n', { ...port, value: '' }, '[web]\na = 1\nport =\n', undefined],
    [
      'what follows is its value where no comment may',
      '[web]\nport=1 ; one\n',
      port,
      '[web]\nport=80\n',
      'port=1 ; one',
    ],
    [
      'a comment behind it stays',
      '[web]\nport=1 ; one\n',
      { ...port, inline: 'yes' },
      '[web]\nport=80 ; one\n',
      'port=1',
    ],
    ['all lines of a value', '[web]\nport =\n  a\n  b\nc=1\n', port, '[web]\nport = 80\nc=1\n', 'port =\n  a\n  b'],
    [
      'a value that goes on behind a backslash',
      '[web]\nport=1 \\\n2\nc=1\n',
      port,
      '[web]\nport=80\nc=1\n',
      'port=1 \\\n2',
    ],
    [
      'a colon inside of a name',
      '[web]\na:b = 1\n',
      { section: 'web', key: 'a:b', value: '2' },
      '[web]\na:b = 2\n',
      'a:b = 1',
    ],
    [
      'a section with a name in quotes',
      '[remote "o"]\n\turl = x\n',
      { section: 'remote "o"', key: 'url', value: 'y' },
      '[remote "o"]\n\turl = y\n',
      'url = x',
    ],
    [
      'absent: every one goes',
      '[web]\nport=1\na=1\nport=2\n',
      { ...port, absent: 'yes' },
      '[web]\na=1\n',
      'port=1\nport=2',
    ],
    ['absent: nothing there', '[x]\nport=1\n', { ...port, absent: 'yes' }, '[x]\nport=1\n', ''],
  ]
  test.each(cases)('%s', (_name, given, when, then, had) => {
    expect(iniEdit.apply(given, when)).toEqual({ text: then, had })
    if (when.absent === undefined) expect(iniEdit.undo(then, when, had)).toBe(given)
  })

  test('what may be its value or an entry is not guessed', () => {
    expect(() => iniEdit.apply('[web]\nport = 1\n  a = 2\n', port)).toThrow(
      "where the value of 'port' ends is not certain",
    )
    expect(iniEdit.apply('[web]\nport = 80\n  a = 2\n', port).text).toBe('[web]\nport = 80\n  a = 2\n')
  })

  test('a section goes with the last of the entries that it was made for, in any order', () => {
    const name: Args = { section: 'web', key: 'name', value: 'x' }
    const both = iniEdit.apply(iniEdit.apply('a=1\n', port).text, name).text
    expect(both).toBe('a=1\n\n[web]\nport=80\nname=x\n')
    expect(iniEdit.undo(iniEdit.undo(both, port, undefined), name, undefined)).toBe('a=1\n')
    expect(iniEdit.undo(iniEdit.undo(both, name, undefined), port, undefined)).toBe('a=1\n')
  })

  test('a value that somebody else changed stays', () => {
    expect(iniEdit.undo('[web]\nport=81\n', port, undefined)).toBe('[web]\nport=81\n')
  })

  test('one that was there already stays', () => {
    expect(iniEdit.undo('[web]\nport = 80\n', port, 'port=80')).toBe('[web]\nport = 80\n')
  })

  test('the part names section and key', () => {
    expect([iniEdit.part(port), iniEdit.part({ key: 'k' })]).toEqual(['[web]port', 'k'])
    expect([iniEdit.wanted(port), iniEdit.wanted({ ...port, bare: 'yes' })]).toEqual(['port=80', 'port'])
  })

  test('text with NUL is refused', () => {
    expect(() => iniEdit.apply('a\0b\n', port)).toThrow('NUL')
  })
})

const word = fc.constantFrom(
  '',
  '[a]',
  '[b]',
  ' [a] # x',
  'k=1',
  'k = 2 ; c',
  '  k: 3',
  'k',
  'm=1',
  '\tm',
  '; k=1',
  'm=1\\',
  '  on',
  '=',
  'k=\r',
  '\r',
)
const anyText = fc
  .tuple(fc.array(word, { maxLength: 9 }), fc.boolean())
  .map(([lines, ends]) => (lines.length === 0 ? '' : lines.join('\n') + (ends ? '\n' : '')))
const anyArgs = fc
  .record({
    section: fc.constantFrom('a', 'b', 'c', undefined),
    value: fc.constantFrom('', '1', '2', 'x y'),
    more: fc.constantFrom<Args>({}, { bare: 'yes' }, { inline: 'yes' }, { absent: 'yes' }),
  })
  .map(
    ({ section, value, more }): Args => ({ key: 'k', value, ...(section === undefined ? {} : { section }), ...more }),
  )

/** The edit, or nothing where it refuses. */
const tried = (text: string, args: Args) => {
  try {
    return iniEdit.apply(text, args)
  } catch {
    return undefined
  }
}

describe('any file', () => {
  test('twice is once', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, args) => {
        const once = tried(text, args)
        if (once !== undefined) expect(iniEdit.apply(once.text, args).text).toBe(once.text)
      }),
    )
  })

  test('undone, every byte is as before', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, args) => {
        const once = tried(text, args)
        if (once !== undefined && args.absent === undefined) expect(iniEdit.undo(once.text, args, once.had)).toBe(text)
      }),
    )
  })

  test('other lines stay, in their order', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, args) => {
        const after = tried(text, args)?.text.split('\n')
        if (after === undefined) return
        const others = text.split('\n').filter((line) => /^\s*[;[]/.test(line))
        let at = 0
        for (const line of after) if (line === others[at]) at++
        expect(at).toBe(others.length)
      }),
    )
  })
})

describe('a real reader', () => {
  const before = '[core]\n\teditor = vi # c\n; [url]\n[remote "o"]\n\turl = a\n\turl = b\n[core]\n\tpager\n'
  test.each<[section: string, key: string, name: string]>([
    ['core', 'editor', 'core.editor'],
    ['core', 'pager', 'core.pager'],
    ['core', 'eol', 'core.eol'],
    ['remote "o"', 'url', 'remote.o.url'],
    ['remote "new"', 'url', 'remote.new.url'],
    ['url', 'x', 'url.x'],
  ])('git reads [%s] %s as it was set, and the rest as before', (section, key, name) => {
    const read = (text: string): readonly string[] =>
      execFileSync('git', ['config', '-f', '-', '--list', '-z'], { input: text, encoding: 'utf8' }).split('\0')
    const { text } = iniEdit.apply(before, { section, key, value: '"a # b"', inline: 'yes' })
    expect(read(text).findLast((line) => line.startsWith(name))).toBe(`${name}\na # b`)
    const others = (all: readonly string[]): readonly string[] => all.filter((line) => !line.startsWith(name))
    expect(others(read(text))).toEqual(others(read(before)))
  })
})
