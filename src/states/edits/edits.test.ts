import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Args } from '../../steps/step.ts'
import { applyBlock, applyLine, edits, undoBlock, undoLine } from './index.ts'

describe('line', () => {
  const cases: readonly [name: string, text: string, args: Args, after: string, had: string | undefined][] = [
    ['is added at the end', 'a\n', { line: 'b' }, 'a\nb\n', undefined],
    ['keeps a missing final newline', 'a', { line: 'b' }, 'a\nb', undefined],
    ['starts an empty file', '', { line: 'b' }, 'b\n', undefined],
    ['is there already', 'b\na\n', { line: 'b' }, 'b\na\n', 'b'],
    ['replaces the first match', 'x 1\nx 2\n', { line: 'x 3', match: '^x' }, 'x 3\nx 2\n', 'x 1'],
    ['does not fall on a second match on the next run', 'y\nx 2\n', { line: 'y', match: '^x' }, 'y\nx 2\n', 'y'],
    ['goes to the top', 'a\n', { line: 'b', place: 'top' }, 'b\na\n', undefined],
    ['goes before', 'a\nc\n', { line: 'b', place: 'before', anchor: '^c' }, 'a\nb\nc\n', undefined],
    ['goes after', 'a\nc\n', { line: 'b', place: 'after', anchor: '^A', anchorflags: 'i' }, 'a\nb\nc\n', undefined],
    [
      'goes to the end where the anchor is missing',
      'a\n',
      { line: 'b', place: 'before', anchor: 'z' },
      'a\nb\n',
      undefined,
    ],
    ['takes the line ends of a DOS file', 'a\r\nc\r\n', { line: 'b' }, 'a\r\nc\r\nb\r\n', undefined],
    ['replaces in a DOS file', 'a\r\nc\r\n', { line: 'b', match: '^a$' }, 'b\r\nc\r\n', 'a'],
    ['absent: every match goes', 'x\na\nx\n', { absent: 'yes', match: '^x$' }, 'a\n', 'x\nx'],
    ['absent: nothing there', 'a\n', { absent: 'yes', line: 'x' }, 'a\n', ''],
  ]
  test.each(cases)('%s', (_name, text, args, after, had) => {
    expect(applyLine(text, args)).toEqual({ text: after, had })
  })

  test('a changed text updates the line that was written before', () => {
    const last = { id: 'db', line: '10.0.0.5 db' }
    expect(applyLine('a\n10.0.0.5 db\n', { id: 'db', line: '10.0.0.6 db' }, last)).toEqual({
      text: 'a\n10.0.0.6 db\n',
      had: '10.0.0.5 db',
    })
  })

  test('a line that somebody else changed stays when it is undone', () => {
    expect(undoLine('a\nb and more\n', { line: 'b' }, undefined)).toBe('a\nb and more\n')
  })

  test('only that line goes, also when others were added around it', () => {
    expect(undoLine('new\na\nb\nlast\n', { line: 'b' }, undefined)).toBe('new\na\nlast\n')
  })

  test('text with NUL is refused', () => {
    expect(() => applyLine('a\0b\n', { line: 'x' })).toThrow('NUL')
  })
})

describe('block', () => {
  const args = { id: 'app', site: 'shop', text: 'one\ntwo\n' }
  const block = '# BEGIN hexis shop app\none\ntwo\n# END hexis shop app\n'

  test('stands between markers that name its owner', () => {
    expect(applyBlock('a\n', args)).toEqual({ text: `a\n${block}`, had: undefined })
    expect(applyBlock('a\n', { ...args, place: 'top' }).text).toBe(`${block}a\n`)
  })

  test('its body is replaced, its place kept', () => {
    expect(applyBlock(`${block}z\n`, { ...args, text: 'three' })).toEqual({
      text: '# BEGIN hexis shop app\nthree\n# END hexis shop app\nz\n',
      had: 'one\ntwo\n',
    })
  })

  test('other comment signs', () => {
    expect(applyBlock('', { ...args, comment: '<!--', close: '-->', text: 'x' }).text).toBe(
      '<!-- BEGIN hexis shop app -->\nx\n<!-- END hexis shop app -->\n',
    )
  })

  test('absent takes it out with its markers', () => {
    expect(applyBlock(`a\n${block}b\n`, { ...args, absent: 'yes' })).toEqual({ text: 'a\nb\n', had: 'one\ntwo\n' })
  })

  test('a block without its end is not touched', () => {
    expect(() => applyBlock('# BEGIN hexis shop app\none\n', args)).toThrow('end marker')
  })

  test('a body that somebody changed stays when it is undone', () => {
    const changed = block.replace('two', 'three')
    expect(undoBlock(changed, args, undefined)).toBe(changed)
  })

  test('a missing final newline stays', () => {
    const { text, had } = applyBlock('a', args)
    expect(text.endsWith('app')).toBe(true)
    expect(undoBlock(text, args, had)).toBe('a')
  })
})

const word = fc.constantFrom('', 'a', 'b', 'x 1', 'x 2', 'y', 'x 1\r')
const body = fc.array(fc.constantFrom('', 'a', 'x 1', 'y'), { maxLength: 4 }).map((lines) => lines.join('\n'))
const anyText = fc
  .tuple(fc.array(word, { maxLength: 8 }), fc.boolean())
  .map(([lines, ends]) => (lines.length === 0 ? '' : lines.join('\n') + (ends ? '\n' : '')))
const place = fc.constantFrom<Args>(
  {},
  { place: 'top' },
  { place: 'end' },
  { place: 'before', anchor: '^x' },
  { place: 'after', anchor: '^x' },
)
const lineArgs = fc.record({
  line: fc.constantFrom('a', 'x 1', 'x 3', 'z'),
  match: fc.option(fc.constantFrom('^x', 'x 1$', '^z', '.')),
  place,
})
const anyLine = lineArgs.map(
  ({ line, match, place }): Args => ({ id: 'i', line, ...(match === null ? {} : { match }), ...place }),
)
const anyBlock = fc.tuple(body, place).map(([text, place]): Args => ({ id: 'i', site: 's', text, ...place }))
const anyEdit = fc.oneof(fc.tuple(fc.constant('LINE'), anyLine), fc.tuple(fc.constant('BLOCK'), anyBlock))

describe('every edit', () => {
  test('applied twice is applied once', () => {
    fc.assert(
      fc.property(anyEdit, anyText, fc.boolean(), ([verb, args], text, absent) => {
        const edit = edits.get(verb)
        const all = absent ? { ...args, absent: 'yes' } : args
        const once = edit?.apply(text, all)
        const twice = edit?.apply(once?.text ?? '', all)
        expect(twice?.text).toBe(once?.text)
        if (!absent) expect(twice?.had).toBe(edit?.wanted(all))
      }),
    )
  })

  test('undone leaves the text as it was', () => {
    fc.assert(
      fc.property(anyEdit, anyText, ([verb, args], text) => {
        const edit = edits.get(verb)
        const { text: after = '', had } = edit?.apply(text, args) ?? {}
        expect(edit?.undo(after, args, had)).toBe(text)
      }),
    )
  })

  test('leaves every other line alone and in its order', () => {
    fc.assert(
      fc.property(anyEdit, anyText, ([verb, args], text) => {
        const { text: after = '', had } = edits.get(verb)?.apply(text, args) ?? {}
        const rest = after.split('\n')
        const kept = text.split('\n').filter((line) => line !== had && line !== '')
        let at = 0
        for (const line of rest) if (line === kept[at]) at++
        expect(had === undefined ? at : kept.length).toBe(kept.length)
      }),
    )
  })
})
