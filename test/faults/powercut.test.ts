import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ownEnvironment, runProcess } from '../../src/process/run.ts'

const isDebian = spawnSync('sh', ['-c', 'command -v qemu-system-x86_64 && command -v apt-get']).status === 0

const powercut = async (...args: readonly string[]): Promise<{ readonly status: number; readonly said: string }> => {
  const main = join(import.meta.dirname, '../../chaos/power/main.ts')
  const ran = await runProcess([process.execPath, main, ...args], {
    timeoutMs: 900_000,
    limitBytes: 16 * 1024 * 1024,
    env: ownEnvironment(),
  })
  return { status: ran.status, said: `${ran.stdout.toString('utf8')}${ran.stderr}` }
}

describe.skipIf(!isDebian)('virtual machines whose power is cut', () => {
  test('hold what was before or what was planned, whole', { timeout: 900_000 }, async () => {
    const { status, said } = await powercut('--short')
    const [, cuts, inside, violations] =
      /^(\d+) cuts, (\d+) of them inside the transaction, (\d+) violations/m.exec(said) ?? []
    expect(Number(violations), said).toBe(0)
    expect(Number(cuts)).toBe(4)
    expect(Number(inside)).toBeGreaterThan(0)
    expect(status).toBe(0)
  })

  test('do not, where nothing is brought to the disk', { timeout: 900_000 }, async () => {
    const { status, said } = await powercut('--short', '--sabotage')
    expect(said).toMatch(/is empty, short or mixed after the cut/)
    expect(said).toMatch(/it had said that it was committed, and it is not/)
    expect(status).toBe(0)
  })
})
