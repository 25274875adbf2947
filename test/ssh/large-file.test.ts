import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, startLab } from '../../lab/lab.ts'
import { tool } from '../../lab/run.ts'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'

const mebibyte = 1024 * 1024
const sizeBytes = 100 * 1000 * 1000
const bytesPerSecond = 1000 * 1000

/** Writes noise with runs of NUL bytes and gives its SHA-256. */
const writeLarge = (path: string): string => {
  const hash = createHash('sha256')
  const file = openSync(path, 'w')
  for (let left = sizeBytes; left > 0; ) {
    const part = Buffer.concat([randomBytes(mebibyte / 2), Buffer.alloc(mebibyte / 2)]).subarray(0, left)
    hash.update(part)
    writeSync(file, part)
    left -= part.length
  }
  closeSync(file)
  return hash.digest('hex')
}

describe.skipIf(process.getuid?.() !== 0)('a file of 100 MB with NUL bytes, over ssh at 1 MB/s', () => {
  let lab: Lab
  let site: ScratchSite
  const on = (command: string): Promise<string> =>
    tool(['ssh', '-F', lab.sshConfig, 'h1', command], { timeoutMs: 60_000 })

  beforeAll(async () => {
    lab = await startLab(1, { name: `large${process.pid}` })
    site = scratchSite()
    const throttle = `${process.execPath} ${join(import.meta.dirname, 'throttle.mjs')} ${bytesPerSecond}`
    const slow = readFileSync(lab.sshConfig, 'utf8').replace('ProxyCommand ', `ProxyCommand ${throttle} `)
    writeFileSync(join(site.folder, 'ssh_config'), slow)
    site.write(`import { defineSite } from 'hexis'
import { file } from 'hexis/resources'
export default defineSite({
  id: 'large',
  hosts: { h1: { ssh: { configFile: './ssh_config' } } },
  configure() { file('/srv/large', { source: './large', mode: '0600' }) },
})
`)
  }, 700_000)
  afterAll(async () => {
    site?.dispose()
    await lab?.stop()
  })

  test('arrives whole, is told about on the way, and travels once', { timeout: 400_000 }, async () => {
    const digest = writeLarge(join(site.folder, 'large'))
    const start = performance.now()
    const first = await site.hexis(['up', '--yes', '--json'], { timeoutMs: 300_000 })
    const took = (performance.now() - start) / 1000
    expect(first.err).toBe('')
    expect(first.status).toBe(0)
    expect(took).toBeGreaterThan((sizeBytes / bytesPerSecond) * 0.9)
    expect(first.out.match(/"event":"sending"/g)?.length ?? 0).toBeGreaterThan(3)
    expect(await on('sha256sum /srv/large; stat -c "%s %a" /srv/large')).toBe(
      `${digest}  /srv/large\n${sizeBytes} 600\n`,
    )
    const again = performance.now()
    const second = await site.hexis(['up', '--yes', '--json'])
    expect(second.out).toContain('"status":"converged"')
    expect((performance.now() - again) / 1000).toBeLessThan(20)
  })
})
