import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratchSite } from '../scratch-site.ts'
import { fixtureConfig } from './fixture-config.ts'

/**
 * Makes the fixtures of a new version of the on-disk formats: node test/formats/make.ts v2. Fixtures that exist are
 * never made anew: what an older Hexis wrote must be read for ever.
 */
const version = process.argv[2] ?? 'v1'
const folder = join(import.meta.dirname, version)

const site = scratchSite()
try {
  mkdirSync(folder, { recursive: true })
  mkdirSync(join(site.folder, 'box/etc'), { recursive: true })
  mkdirSync(join(site.folder, 'box/srv'), { recursive: true })
  writeFileSync(join(site.folder, 'box/etc/motd'), 'before\n')
  writeFileSync(join(site.folder, 'box/etc/hosts'), '127.0.0.1 localhost\n')
  writeFileSync(join(site.folder, 'box/etc/old.conf'), 'old\n')
  site.write(fixtureConfig('one'))
  await site.hexis(['up', '--yes'])
  site.write(fixtureConfig('two'))
  writeFileSync(join(folder, 'document.json'), (await site.hexis(['document', 'box', '--json'])).out)
  await site.hexis(['plan', '--out', 'plan.tar'])
  writeFileSync(join(folder, 'plan.tar'), readFileSync(join(site.folder, 'plan.tar')))
  execFileSync('tar', ['--numeric-owner', '-cf', join(folder, 'root-planned.tar'), '-C', site.folder, 'box'])
  await site.hexis(['up', '--yes'])
  execFileSync('tar', ['--numeric-owner', '-cf', join(folder, 'root.tar'), '-C', site.folder, 'box'])
} finally {
  site.dispose()
}
