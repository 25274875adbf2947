import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Args } from '../../steps/step.ts'
import { envEdit } from './env.ts'

const port: Args = { key: 'PORT', value: '80' }
const name: Args = { key: 'NAME', value: 'a "b" $c' }

describe('an assignment', () => {
  const cases: readonly [name: string, given: string, when: Args, then: string, had: string | undefined][] = [
    ['takes the place of the value', 'A=1\nPORT=8\nB=2\n', port, 'A=1\nPORT=80\nB=2\n', 'PORT=8'],
    ['is added at the end', 'A=1\n\n', port, 'A=1\n\nPORT=80\n', undefined],
    ['starts a file', '', port, 'PORT=80\n', undefined],
    ['keeps export and a comment', '  export PORT=8 # one\n', port, '  export PORT=80 # one\n', 'PORT=8'],
    ['is exported where that is asked', '', { ...port, export: 'yes' }, 'export PORT=80\n', undefined],
    ['is there already, written in another way', "PORT='80'\n", port, "PORT='80'\n", "PORT='80'"],
    [
      'is there already, in quotes',
      'NAME="a \\"b\\" \\$c" \n',
      name,
      'NAME="a \\"b\\" \\$c" \n',
      'NAME="a \\"b\\" \\$c"',
    ],
    ['is quoted where that is needed', 'A=1\n', name, 'A=1\nNAME="a \\"b\\" \\$c"\n', undefined],
    [
      'is written as it is where programs know no quotes',
      'A=1\n',
      { ...name, quote: 'no' },
      'A=1\nNAME=a "b" $c\n',
      undefined,
    ],
    ['is the last of its name', 'PORT=1\nPORT=2\n', port, 'PORT=1\nPORT=80\n', 'PORT=2'],
    [
      'leaves names that only begin so',
      'PORTS=1\n#PORT=1\nXPORT=1\n',
      port,
      'PORTS=1\n#PORT=1\nXPORT=1\nPORT=80\n',
      undefined,
    ],
    ['replaces all lines of a value', 'PORT="a\nB=1\nc" # x\nD=1\n', port, 'PORT=80 # x\nD=1\n', 'PORT="a\nB=1\nc"'],
    ['does not look into the value of another', 'A="\nPORT=1\n"\n', port, 'A="\nPORT=1\n"\nPORT=80\n', undefined],
    ['follows a backslash to the next line', 'PORT=1\\\n2\nA=1\n', port, 'PORT=80\nA=1\n', 'PORT=1\\\n2'],
    ['takes an apostrophe as it is', "A=it's\nPORT=1\nB='\n", port, "A=it's\nPORT=80\nB='\n", 'PORT=1'],
    ['keeps a # inside of a word', 'PORT=a#b\n', port, 'PORT=80\n', 'PORT=a#b'],
    ['keeps the line ends of a DOS file', 'A=1\r\nPORT=1\r\n', port, 'A=1\r\nPORT=80\r\n', 'PORT=1'],
    ['is added to a DOS file', 'A=1\r\n', port, 'A=1\r\nPORT=80\r\n', undefined],
    ['keeps a missing final newline', 'A=1', port, 'A=1\nPORT=80', undefined],
    ['an empty value', 'PORT=8\n', { ...port, value: '' }, 'PORT=\n', 'PORT=8'],
    [
      'absent: every one goes',
      'PORT=1\nA=1\nexport PORT="2\n3"\n',
      { ...port, absent: 'yes' },
      'A=1\n',
      'PORT=1\nPORT="2\n3"',
    ],
    ['absent: nothing there', 'A=1\n', { ...port, absent: 'yes' }, 'A=1\n', ''],
  ]
  test.each(cases)('%s', (_name, given, when, then, had) => {
    expect(envEdit.apply(given, when)).toEqual({ text: then, had })
    if (when.absent === undefined) expect(envEdit.undo(then, when, had)).toBe(given)
  })

  test('a value that somebody else changed stays', () => {
    expect(envEdit.undo('PORT=81\n', port, undefined)).toBe('PORT=81\n')
  })

  test('what could not be taken back is left alone', () => {
    expect(() => envEdit.apply('A="a\n', { key: 'K', value: '"' })).toThrow(
      'cannot be set so that it could be taken back',
    )
  })

  test('one that was there already stays', () => {
    expect(envEdit.undo('PORT=80\n', port, "PORT='80'")).toBe('PORT=80\n')
  })
})

const word = fc.constantFrom(
  '',
  'K=1',
  'K="a',
  'b"',
  "K='x' # c",
  'export K=2',
  'K=a\\',
  'M=1',
  '# K=1',
  "it's",
  'K=\r',
  ' K=a b',
)
const anyText = fc
  .tuple(fc.array(word, { maxLength: 8 }), fc.boolean())
  .map(([lines, ends]) => (lines.length === 0 ? '' : lines.join('\n') + (ends ? '\n' : '')))
const anyArgs = fc
  .record({
    value: fc.constantFrom('', '1', 'a b', 'x', '"\\$`', "it's"),
    more: fc.constantFrom<Args>({}, { export: 'yes' }, { absent: 'yes' }),
  })
  .map(({ value, more }): Args => ({ key: 'K', value, ...more }))

/** The edit, or nothing where it refuses. */
const tried = (text: string, args: Args) => {
  try {
    return envEdit.apply(text, args)
  } catch {
    return undefined
  }
}

describe('any file', () => {
  test('twice is once', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, args) => {
        const once = tried(text, args)?.text
        if (once !== undefined) expect(envEdit.apply(once, args).text).toBe(once)
      }),
    )
  })

  test('undone, every byte is as before', () => {
    fc.assert(
      fc.property(anyText, anyArgs, (text, args) => {
        const once = tried(text, args)
        if (once !== undefined && args.absent === undefined) expect(envEdit.undo(once.text, args, once.had)).toBe(text)
      }),
    )
  })
})

/** What a shell reads from each text, for `K`. */
const shellReads = (texts: readonly string[]): readonly string[] => {
  const script = texts.map((text) => `unset K\n${text}\nprintf '%s\\n' "$K"\n`).join('')
  return execFileSync('sh', ['-s'], { input: script, encoding: 'utf8' }).split('\n').slice(0, -1)
}

describe('a real shell', () => {
  const line = fc.string({ unit: fc.constantFrom(...' abcK=#$`"\'\\;&|<>()*?~!é{}[]%^'), maxLength: 12 })

  test('reads what was meant', () => {
    const values = fc.sample(line, 500)
    const texts = values.map((value) => envEdit.apply("A='1'\nK=old # c\n", { key: 'K', value }).text)
    expect(shellReads(texts)).toEqual(values)
  })

  test('reads what the edit takes for equal', () => {
    const part = fc.constantFrom(
      'a',
      'b#c',
      "'x y'",
      "'$HOME'",
      '"d e"',
      '"f\\"g"',
      '"h\\$i"',
      '"j\\k"',
      '\\"',
      '\\ ',
      "\\'",
      '\\\n',
      '"l\\\nm"',
    )
    const raws = fc
      .sample(fc.array(part, { minLength: 1, maxLength: 4 }), 300)
      .map((parts) => `K=${parts.join('')} # c\n`)
    for (const [index, value] of shellReads(raws).entries())
      expect(envEdit.apply(raws[index] ?? '', { key: 'K', value }).text).toBe(raws[index])
  })
})
