import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scratchSite } from '../scratch-site.ts'
import { type Bench, canStart, startBench } from './bench.ts'

const files = (count: number): string => `r.directory('/srv')
r.directory('/srv/many')
for (let d = 0; d < 10; d++) r.directory(\`/srv/many/\${d}\`)
for (let i = 0; i < ${count}; i++) r.file(\`/srv/many/\${i % 10}/\${i}\`, { content: \`file \${i}\\n\`, mode: '0644' })`

const seconds = async (work: () => Promise<{ status: number; all: string }>): Promise<number> => {
  const from = performance.now()
  const ran = await work()
  expect(ran.status, ran.all.slice(-2000)).toBe(0)
  return (performance.now() - from) / 1000
}

describe('many files', () => {
  test('on a directory host: five times the files take no more than five times as long, or little more', async () => {
    const site = scratchSite()
    const write = (count: number, root: string): void => {
      mkdirSync(join(site.folder, root))
      site.write(`import { defineSite } from 'hexis'
import * as r from 'hexis/resources'
export default defineSite({ id: 'many', hosts: { box: { connection: 'directory', root: './${root}', os: 'debian/12' } },
  configure() { ${files(count)} } })
`)
    }
    const up: number[] = []
    for (const count of [400, 2000]) {
      write(count, `box${count}`)
      up.push(await seconds(() => site.hexis(['up', '--yes', '-q'])))
    }
    const plan: number[] = []
    for (const count of [1000, 5000]) {
      write(count, `plan${count}`)
      plan.push(await seconds(() => site.hexis(['plan', '-q'])))
    }
    site.dispose()
    expect(up[1], `up: ${up.join(' s, ')} s`).toBeLessThan(7 * (up[0] ?? 0))
    expect(plan[1], `plan: ${plan.join(' s, ')} s`).toBeLessThan(6 * (plan[0] ?? 0))
    expect(plan[1]).toBeLessThan(15)
  })
})

describe.skipIf(!canStart)('many files over ssh', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await startBench(1)
  }, 600_000)
  afterAll(() => bench?.stop())

  test('5,000 are planned in seconds; 1,000 made, seen again, and taken away', async () => {
    const site = bench.site(files(5000))
    expect(await seconds(() => site.hexis(['plan', '-q']))).toBeLessThan(15)
    site.configure(files(1000))
    await seconds(() => site.up('-q'))
    expect(await bench.on('h1', 'find /srv/many -type f | wc -l')).toBe('1000\n')
    expect(await seconds(() => site.up('-q'))).toBeLessThan(10)
    await seconds(() => site.hexis(['rollback', '--to', '0', '--yes', '-q']))
    expect(await bench.on('h1', 'ls -A /srv | grep -c many || :')).toBe('0\n')
  })
})
