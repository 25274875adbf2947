import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, decode, encode, textOf } from './encoding.ts'
import { expandIncludes, formatList, lintList, listDigest, parseList } from './list.ts'
import { actionsOf, argsOf, formatStep, makeStep, parseAnyLine, parseStep } from './parse.ts'

const verb = fc.stringMatching(/^[A-Z][A-Z0-9]{0,8}$/)
const name = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/)
const value = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '%', '""', 'a=b', '-x', 'a\nb', 'é', '# x', '&& RELOAD x'),
)
const stepParts = fc.record({
  verb,
  target: value,
  args: fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }),
  actions: fc.array(
    fc.record({ verb: fc.constantFrom('RELOAD' as const, 'RESTART' as const, 'RUN' as const), target: value }),
    { maxLength: 2 },
  ),
})

describe('encoding', () => {
  it('decode undoes encode for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => decode(encode(text)) === text))
  })
  it('any bytes survive as text and back', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        (bytes) => Buffer.compare(bytesOf(decode(encode(textOf(bytes)))), bytes) === 0,
      ),
    )
  })
  it('leaves only printable characters that have no meaning of their own', () => {
    fc.assert(fc.property(value, (text) => text === '' || /^[!$'-:>?@A-Z[-~%]+$/.test(encode(text))))
  })
})

describe('parse and format', () => {
  it('parse after format gives the same step, canonical', () => {
    fc.assert(
      fc.property(stepParts, (parts) => {
        const step = makeStep(parts)
        const parsed = parseStep(formatStep(step))
        if (parsed.step === undefined) throw new Error(parsed.error.summary)
        expect(parsed.canonical).toBe(true)
        expect(parsed.step).toEqual(step)
        expect(argsOf(parsed.step)).toEqual(parts.args)
        expect(actionsOf(parsed.step)).toEqual(parts.actions)
      }),
    )
  })
  it('the shortcut for simple lines agrees with the whole grammar', () => {
    const word = fc.stringMatching(/^[a-z0-9=%# "<&;/]{0,6}$/)
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), fc.boolean(), (words, commented) => {
        const line = `COPY /a ${words.join(' ')}${commented ? ' # site.ts:1:1' : ''}`
        expect(parseStep(line)).toEqual(parseAnyLine(line))
      }),
      { numRuns: 2000 },
    )
  })
  it('keeps the reverse and the source of a journal line', () => {
    const line =
      'COPY /etc/motd blob=ab mode=0644 && RELOAD x.service << CHMOD /etc/motd mode=0600 ; RM /x # site.ts:1:2'
    const parsed = parseStep(line)
    expect(parsed.step?.source).toBe('site.ts:1:2')
    expect(parsed.step && formatStep(parsed.step, parsed.reverse)).toBe(line)
  })
  it('no input crashes the parser, and what it accepts it formats to a fixed point', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom('A', ' ', '=', '%', '2', '0', '&', '#', '<', ';', '\n', 'a', '/', '"') }),
        ),
        (text) => {
          const list = parseList(text, 'f')
          const once = formatList(list)
          expect(formatList(parseList(once, 'f'))).toBe(once)
          lintList(text, 'f')
        },
      ),
      { numRuns: 2000 },
    )
  })
  it.each([
    ['copy /a', 'bad-verb'],
    ['COPY', 'no-target'],
    ['COPY a=b', 'bad-target'],
    ['COPY /a mode', 'bad-argument'],
    ['COPY /a mode=', 'bad-argument'],
    ['COPY /a mode=1 mode=2', 'repeated-argument'],
    ['COPY /a && STOP x', 'bad-action'],
    ['COPY /a%2 mode=1', 'bad-target'],
  ])('refuses %s', (line, code) => {
    const parsed = parseStep(line)
    expect(parsed.error?.code).toBe(code)
  })
  it('refuses a newer format and says which one it reads', () => {
    expect(parseList('steps/2 host=a os=x site=s\nCOPY /a\n', 'f').diagnostics[0]).toMatchObject({
      code: 'newer-format',
      hint: 'It reads steps/1; use a newer Hexis.',
    })
  })
})

describe('lists', () => {
  it('keeps comments and blank lines, and the digest ignores them', () => {
    const text = 'steps/1 host=a os=debian/12 site=s\n# why\n\nDIR /a mode=0755 # site.ts:1:1\nCOPY /a/b blob=cd\n'
    const list = parseList(text, 'f')
    expect(formatList(list)).toBe(text)
    expect(listDigest(list.steps)).toBe(listDigest(parseList('DIR /a mode=0755\nCOPY /a/b blob=cd\n', 'g').steps))
  })
  it('includes files, names circles and missing ones', () => {
    const files: Record<string, string> = { a: 'DIR /x\nINCLUDE b\n', b: 'DIR /y\n', c: 'INCLUDE c\n' }
    const steps = parseList('INCLUDE a\nINCLUDE c\nINCLUDE none\n', 'top').steps
    const out = expandIncludes(steps, (f) => files[f])
    expect(out.steps.map((s) => formatStep(s))).toEqual(['DIR /x # a:1:1', 'DIR /y # b:1:1'])
    expect(out.diagnostics.map((d) => d.summary)).toEqual([
      'cannot include c: c includes c: a circle',
      'cannot include none: there is no such file',
    ])
  })
  it('lints what the formatter would change and unknown verbs', () => {
    const found = lintList('COPY  /a\nFLY /b\nDIR /c\nDIR /c\n', 'f', new Set(['COPY', 'DIR']))
    expect(found.map((d) => d.code)).toEqual(['not-canonical', 'unknown-verb', 'repeated-step'])
  })
})
