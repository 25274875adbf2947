import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownEnvironment, runProcess } from '../../src/process/run.ts'

const chaos = async (
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly lines: readonly string[] }> => {
  const main = join(import.meta.dirname, '../../chaos/main.ts')
  const ran = await runProcess([process.execPath, main, ...args], {
    timeoutMs: 600_000,
    limitBytes: 16 * 1024 * 1024,
    env: ownEnvironment(),
  })
  return { status: ran.status, lines: `${ran.stdout.toString('utf8')}${ran.stderr}`.trimEnd().split('\n') }
}

test('a sample of the campaign: everything is as before or as planned', { timeout: 700_000 }, async () => {
  const { status, lines } = await chaos('--short')
  const said = lines.join('\n')
  const [, faults, violations] = /^(\d+) faults, (\d+) violations$/m.exec(said) ?? []
  expect(Number(violations), said).toBe(0)
  expect(Number(faults)).toBeGreaterThanOrEqual(100)
  expect(status).toBe(0)
})

test('the campaign finds out each runtime that lacks one thing', { timeout: 700_000 }, async () => {
  const { status, lines } = await chaos('--sabotage')
  expect(lines.filter((line) => line.startsWith('found out: '))).toHaveLength(4)
  expect(lines.join('\n')).not.toContain('NOT FOUND OUT')
  expect(status).toBe(0)
})
