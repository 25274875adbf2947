import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ScratchSite, scratchSite } from '../scratch-site.ts'
import { fixtureConfig } from './fixture-config.ts'

/**
 * Makes the fixtures of a new version of the on-disk formats: node test/formats/make.ts v2. Fixtures that exist are
 * never made anew: what an older Hexis wrote must be read for ever.
 */
const version = process.argv[2] ?? 'v1'
const folder = join(import.meta.dirname, version)

const isMissing = (name: string): boolean => !existsSync(join(folder, name))

const put = (name: string, content: string | Buffer): void => {
  if (isMissing(name)) writeFileSync(join(folder, name), content)
}

/** The whole root of the host. */
const pack = (site: ScratchSite, name: string): void => {
  if (isMissing(name)) execFileSync('tar', ['--numeric-owner', '-cf', join(folder, name), '-C', site.folder, 'box'])
}

const firstRun = async (site: ScratchSite): Promise<void> => {
  mkdirSync(join(site.folder, 'box/etc'), { recursive: true })
  mkdirSync(join(site.folder, 'box/srv'), { recursive: true })
  writeFileSync(join(site.folder, 'box/etc/motd'), 'before\n')
  writeFileSync(join(site.folder, 'box/etc/hosts'), '127.0.0.1 localhost\n')
  writeFileSync(join(site.folder, 'box/etc/old.conf'), 'old\n')
  site.write(fixtureConfig('one'))
  await site.hexis(['up', '--yes'])
}

const twoRuns = async (site: ScratchSite): Promise<void> => {
  await firstRun(site)
  site.write(fixtureConfig('two'))
  put('document.json', (await site.hexis(['document', 'box', '--json'])).out)
  await site.hexis(['plan', '--out', 'plan.tar'])
  put('plan.tar', readFileSync(join(site.folder, 'plan.tar')))
  pack(site, 'root-planned.tar')
  await site.hexis(['up', '--yes'])
  pack(site, 'root.tar')
}

/** Kills the transaction of a rollback where some of it is done; false where the moment was missed. */
const killedHalfWay = async (site: ScratchSite): Promise<boolean> => {
  await firstRun(site)
  const journal = join(site.folder, 'box/var/lib/hexis/journal')
  const known = new Set(readdirSync(journal))
  const running = site.start(['rollback', '--on', 'box', '--to', '0', '--yes'])
  for (let tries = 0; tries < 20_000; tries++) {
    const [name] = readdirSync(journal).filter((one) => !known.has(one))
    const log = name === undefined ? '' : join(journal, name, 'log')
    const text = existsSync(log) ? readFileSync(log, 'utf8') : ''
    if (/^batch 1/m.test(text) && existsSync(join(site.folder, 'box/etc/old.conf'))) {
      const [, pid] = /^begin (\d+)/.exec(text) ?? []
      process.kill(-Number(pid), 'SIGKILL')
      await running.ended
      return !/^(done 1|failed|commit)/m.test(readFileSync(log, 'utf8'))
    }
    await sleep(0)
  }
  await running.ended
  return false
}

const inSite = async <T>(work: (site: ScratchSite) => Promise<T>): Promise<T> => {
  const site = scratchSite()
  try {
    return await work(site)
  } finally {
    site.dispose()
  }
}

mkdirSync(folder, { recursive: true })
await inSite(twoRuns)
let isHalfWay = !isMissing('root-interrupted.tar')
while (!isHalfWay) {
  isHalfWay = await inSite(async (site) => {
    const half = await killedHalfWay(site)
    if (half) pack(site, 'root-interrupted.tar')
    return half
  })
}
