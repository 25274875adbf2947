import { describe, expect, test } from 'vitest'
import { lowered, mistakes } from '../../../test/lowered.ts'
import { applyLine, undoLine } from '../../states/edits/line.ts'
import { argsOf, parseStep } from '../../steps/parse.ts'
import type { Args } from '../../steps/step.ts'
import { hosts } from '../index.ts'

const stepOf = async (declare: () => void): Promise<{ readonly text: string; readonly args: Args }> => {
  const { steps, diagnostics } = await lowered(declare)
  expect(diagnostics).toEqual([])
  const { step } = parseStep(steps[0] ?? '')
  return { text: steps[0] ?? '', args: step === undefined ? {} : argsOf(step) }
}

const file = '127.0.0.1\tlocalhost\n127.0.1.1 h1\n\n  10.0.0.5\told.lan  db # by hand\n10.0.0.50 other\n210.0.0.5 x\n'

describe('the line of an address', () => {
  test('takes its place, and the earlier one comes back as it was', async () => {
    const { text, args } = await stepOf(() => hosts('10.0.0.5', ['db', 'db.lan']))
    expect(text).toBe(
      'LINE /etc/hosts create=yes flags=i id=10.0.0.5 line=10.0.0.5%20db%20db.lan match=^\\s*10\\.0\\.0\\.5\\s',
    )
    const done = applyLine(file, args)
    expect(done.text).toBe(file.replace('  10.0.0.5\told.lan  db # by hand', '10.0.0.5 db db.lan'))
    expect(applyLine(done.text, args).text).toBe(done.text)
    expect(undoLine(done.text, args, done.had)).toBe(file)
  })

  test('is added at the end where there is none, and goes again', async () => {
    const { args } = await stepOf(() => hosts('2001:DB8::5', { names: ['six'] }))
    const done = applyLine(file, args)
    expect(done.text).toBe(`${file}2001:DB8::5 six\n`)
    expect(undoLine(done.text, args, done.had)).toBe(file)
    expect(applyLine('2001:db8::5 old\n', args).text).toBe('2001:DB8::5 six\n')
  })

  test('that shall not be there goes', async () => {
    const { args } = await stepOf(() => hosts('10.0.0.5', { absent: true }))
    expect(applyLine(file, args).text).not.toContain('old.lan')
  })

  test('of localhost keeps that name', async () => {
    expect((await stepOf(() => hosts('127.0.0.1', ['localhost', 'app.local']))).text).toContain('app.local')
    expect(await mistakes(() => hosts('127.0.0.1', ['app.local']))).toEqual([expect.stringContaining('localhost')])
    expect(await mistakes(() => hosts('::1', { absent: true }))).toEqual([expect.stringContaining('localhost')])
  })
})

test.each([
  ['10.0.0.300', ['db'], /an address is written as/],
  ['10.0.0.0/24', ['db'], /an address is written as/],
  ['db', ['10.0.0.5'], /an address is written as/],
  ['10.0.0.5', ['a b'], /letters, digits/],
  ['10.0.0.5', ['-a'], /letters, digits/],
  ['10.0.0.5', ['a..b'], /letters, digits/],
  ['10.0.0.5', ['a\n127.0.0.1'], /letters, digits/],
  ['10.0.0.5', ['db', 'db'], /there twice/],
  ['10.0.0.5', ['x'.repeat(254)], /253/],
  ['10.0.0.5', [], /names/],
  ['10.0.0.5', {}, /give names/],
  ['10.0.0.5', { names: ['db'], absent: true }, /give names/],
])('%s %j is refused', async (address, names, says) => {
  expect(await mistakes(() => hosts(address, names))).toEqual([expect.stringMatching(says)])
})
