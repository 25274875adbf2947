import { expect, test } from 'vitest'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { coloured, plain } from '../paint.ts'
import { renderDiagnostic, renderDiagnostics } from './diagnostics.ts'

const site = "import x\n\n\tfile('/etc/motd', { contnet: 'hi' })\n"
const read = (file: string) => (file === 'site.ts' ? site : undefined)
const found: Diagnostic = {
  severity: 'error',
  code: 'unknown-property',
  summary: 'file has no property contnet',
  source: { file: 'site.ts', line: 3, column: 22 },
  detail: 'Properties are\ncontent and mode.',
  hint: 'Did you mean content?',
  host: 'web1',
  key: 'file:/etc/motd',
}

test('code, place, summary, excerpt with caret, detail, host and key, hint', () => {
  expect(renderDiagnostic(found, read, plain)).toBe(
    [
      'error[unknown-property] site.ts:3:22 file has no property contnet',
      "  3 │  file('/etc/motd', { contnet: 'hi' })",
      '    │                      ^',
      '  Properties are',
      '  content and mode.',
      '  on: host web1, file:/etc/motd',
      '  hint: Did you mean content?',
      '',
    ].join('\n'),
  )
})

test('a source that cannot be read is only named', () => {
  const text = renderDiagnostic({ ...found, source: { file: 'gone.ts', line: 3, column: 1 } }, read, plain)
  expect(text).toContain('gone.ts:3:1')
  expect(text).not.toContain('│')
})

test('other places are shown with their notes', () => {
  const related = [{ source: { file: 'site.ts', line: 1, column: 1 }, note: 'first declared here' }]
  expect(renderDiagnostic({ ...found, related }, read, plain)).toContain(
    '  site.ts:1:1 first declared here\n  1 │ import x',
  )
})

test('errors come before warnings, and equal ones of several hosts are one', () => {
  const warning: Diagnostic = { severity: 'warning', code: 'near-os', summary: 'doubt' }
  const text = renderDiagnostics([warning, found, { ...found, host: 'web2' }], read, plain)
  expect(text.match(/unknown-property/g)).toHaveLength(1)
  expect(text).toContain('host web1, web2')
  expect(text.indexOf('doubt')).toBeGreaterThan(text.indexOf('contnet'))
})

test('colours only when painted, and host text cannot add any', () => {
  const loud = { ...found, detail: 'a\x1b[31mb' }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for escapes
  expect(renderDiagnostic(loud, read, plain)).not.toMatch(/\x1b/)
  expect(renderDiagnostic(loud, read, coloured)).toContain('\x1b[31merror[unknown-property]')
  expect(renderDiagnostic(loud, read, coloured)).toContain('a\\e[31mb')
})
