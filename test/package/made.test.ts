import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isMade, makeAll } from '../../package/build.ts'
import { measure } from '../../package/measure.ts'
import { fuse } from '../../package/node-binary.ts'
import { siteText } from '../../src/config/init-texts.ts'
import { runProcess } from '../../src/process/run.ts'
import { dist, packaged } from './packaged.ts'

let folder: string
beforeAll(async () => {
  await packaged()
  folder = mkdtempSync(join(tmpdir(), 'hexis-made-'))
}, 700_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const arm = join(dist, 'hexis-linux-arm64')

test('the executable for arm64 is a program for that processor, with Hexis in it', () => {
  const bytes = readFileSync(arm)
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('\x7fELF')
  expect(bytes.readUInt16LE(18)).toBe(183)
  expect(bytes.includes(`${fuse}:1`)).toBe(true)
  expect(bytes.includes('// package/inside/hexis.ts')).toBe(true)
})

/** Another processor is played only where its player is; `./dev setup` as root brings it. */
const qemu = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'] as const
const isRoot = process.getuid?.() === 0

test.skipIf(!isRoot)(
  'the executable for arm64 evaluates a config (played by qemu, not on such a machine)',
  async () => {
    writeFileSync(join(folder, 'site.ts'), siteText('arm'))
    const ran = await runProcess([...qemu, arm, 'check'], { timeoutMs: 300_000, limitBytes: 1 << 20, cwd: folder })
    expect(`${ran.stdout.toString('utf8')}${ran.stderr}`).toBe('1 host checked: all is well\n')
    expect(ran.status).toBe(0)
  },
  400_000,
)

const sum = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** Makes all once more; undefined where somebody edited the sources meanwhile. */
const madeAgain = async (name: string): Promise<readonly [first: string, again: string] | undefined> => {
  await packaged()
  const first = readFileSync(join(dist, 'SHA256SUMS'), 'utf8')
  const again = join(folder, name)
  mkdirSync(again)
  await makeAll(again, true)
  const sums = first.replace(/^\w+ {2}(.*)$/gm, (_, file: string) => `${sum(join(again, file))}  ${file}`)
  rmSync(again, { recursive: true })
  return isMade(dist, true) ? [first, sums] : undefined
}

test('two builds of the same sources give the same bytes', async () => {
  const made = (await madeAgain('second')) ?? (await madeAgain('third')) ?? (await madeAgain('fourth'))
  expect(made?.[0].split('\n')).toHaveLength(5)
  expect(made?.[1]).toBe(made?.[0])
}, 600_000)

test('sizes and start times come as values for the benchmark', async () => {
  const { sizes, startMs } = await measure(dist, true, 1)
  expect(Object.keys(sizes)).toContain('hexis-linux-x64')
  expect(Math.min(...Object.values(sizes))).toBeGreaterThan(30_000_000)
  expect(
    Object.values(startMs)
      .flatMap((times) => Object.values(times))
      .every((ms) => ms > 1),
  ).toBe(true)
}, 400_000)
