import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { readSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'hexis-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = join(folder, 'agent.json')
const read = (written: unknown) => {
  writeFileSync(file, typeof written === 'string' ? written : JSON.stringify(written))
  return readSettings(file)
}
const least = { repository: '/srv/repo', host: 'h1' }

test('two settings are enough', () => {
  expect(read(least)).toEqual({
    ...least,
    branch: 'main',
    intervalMs: 300_000,
    jitterMs: 60_000,
    irreversible: [],
    crossable: [],
    allowRemovals: false,
    groups: {},
    state: '/var/lib/hexis/agent',
    run: '/run/hexis',
  })
})

test.each([
  ['{', /cannot be read/],
  [{ host: 'h1' }, /repository is missing/],
  [{ ...least, intervall: '5m' }, /unknown property 'intervall'/],
  [{ ...least, interval: 'now' }, /duration/],
  [{ ...least, config: '../other/site.ts' }, /inside of the repository/],
  [{ ...least, config: '/etc/site.ts' }, /inside of the repository/],
  [{ ...least, groups: { control: '-x' } }, /name of a group/],
  [{ ...least, allowedSigners: 'signers' }, /absolute path/],
])('%j is refused', (written, says) => {
  expect(() => read(written)).toThrow(says)
})

test('a missing file says who writes it', () => {
  try {
    readSettings(join(folder, 'none.json'))
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(DiagnosticError)
    expect((error as DiagnosticError).diagnostics[0]).toMatchObject({
      code: 'bad-agent-settings',
      hint: expect.stringContaining('install'),
    })
  }
})
