import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quote, quoteArgv } from './quote.ts'

const shells: readonly (readonly [string, ...string[]])[] = [
  ['dash'],
  ['busybox', 'ash'],
  ['bash', '--posix'],
  ['mksh'],
]

/** Any text but NUL, as a kernel would pass it. */
const argument = fc
  .array(fc.oneof(fc.constantFrom(...'\'"\\$`!*?~ \t\n\r;&|<>(){}[]#=%-é€\u{1F600}'), fc.string({ maxLength: 3 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join('').replaceAll('\0', ''))

const isThere = ([program]: readonly string[]): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

describe('quote', () => {
  it.each(shells)('is read back byte for byte by %s %s', (...words) => {
    const shell = words.filter((word) => word !== undefined)
    expect(isThere(shell)).toBe(true)
    const [program = '', ...flags] = shell
    fc.assert(
      fc.property(fc.array(argument, { minLength: 20, maxLength: 60 }), (all) => {
        const script = `printf '%s\\0' ${quoteArgv(all)}`
        const out = execFileSync(program, [...flags, '-c', script], { encoding: 'utf8' })
        expect(out.split('\0').slice(0, -1)).toEqual(all)
      }),
      { numRuns: 25 },
    )
  })

  it('leaves plain words as they are, but nothing that could be an assignment', () => {
    expect(quote('/etc/app.conf')).toBe('/etc/app.conf')
    expect(quote('PATH=/tmp')).toBe("'PATH=/tmp'")
    expect(quote('')).toBe("''")
  })

  it('refuses what no shell can hold', () => {
    expect(() => quote('a\0b')).toThrow('NUL')
  })
})
