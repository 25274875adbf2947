import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Ran, type ScratchSite, scratchSite } from '../scratch-site.ts'

interface Case {
  readonly path: string
  readonly before: string
  readonly declared: readonly string[]
  readonly after: string
  /** What somebody changes by hand, elsewhere in the file. */
  readonly byHand: readonly [from: string, to: string]
  /** What somebody changes of the declared part. */
  readonly drift: readonly [from: string, to: string]
  readonly keys: readonly string[]
}

const cases: readonly (readonly [format: string, given: Case])[] = [
  [
    'ini',
    {
      path: '/etc/app.ini',
      before: '; the app\n[server]\n\tport : 80   \n\n[log]\nlevel=info\n',
      declared: [
        "ini('/etc/app.ini', { section: 'server', key: 'port', value: 8080 })",
        "ini('/etc/app.ini', { section: 'server', key: 'host', value: '::1' })",
        "ini('/etc/app.ini', { section: 'new', key: 'a', value: 'b' })",
      ],
      after: '; the app\n[server]\n\tport : 8080   \n\thost : ::1\n\n[log]\nlevel=info\n\n[new]\na : b\n',
      byHand: ['level=info', 'level=debug ; for a day'],
      drift: ['8080', '9090'],
      keys: ['ini:[server]port', 'ini:[server]host', 'ini:[new]a'],
    },
  ],
  [
    'env',
    {
      path: '/etc/default/app',
      before: "# options\nexport OPTIONS='-v' # loud\nHOME=/srv\n",
      declared: [
        "env('/etc/default/app', { key: 'OPTIONS', value: '-q --port 80' })",
        "env('/etc/default/app', { key: 'NEW', value: 'x' })",
      ],
      after: '# options\nexport OPTIONS="-q --port 80" # loud\nHOME=/srv\nNEW=x\n',
      byHand: ['HOME=/srv', 'HOME="/srv/app" # moved'],
      drift: ['-q', '-vv'],
      keys: ['env:OPTIONS', 'env:NEW'],
    },
  ],
]

describe.each(cases)('parts of a file: %s', (_format, given) => {
  let site: ScratchSite
  const file = (): string => join(site.folder, 'box', given.path)
  const read = (): string => readFileSync(file(), 'utf8')
  const configure = (lines: readonly string[]): void =>
    site.write(`import { defineSite } from 'hexis'
import * as resources from 'hexis/resources'
const { ${[...new Set(lines.map((line) => line.split('(')[0]))].join(', ')} } = resources
export default defineSite({
  id: 'shop',
  hosts: { box: { connection: 'directory', root: './box', os: 'debian/12' } },
  configure() {
    ${lines.join('\n    ')}
  },
})
`)
  const up = async (): Promise<Ran> => {
    const ran = await site.hexis(['up', '--yes', '--allow-removals'])
    expect(ran.status, ran.all).toBe(0)
    return ran
  }
  const keysInPlan = async (): Promise<readonly string[]> => {
    const plan = (await site.json(['plan'])) as { hosts: { box: { changes: { key: string }[] } } }
    return plan.hosts.box.changes.map((change) => change.key)
  }

  beforeEach(() => {
    site = scratchSite()
    mkdirSync(join(file(), '..'), { recursive: true })
    writeFileSync(file(), given.before, { mode: 0o640 })
    configure(given.declared)
  })
  afterEach(() => site.dispose())

  test('up, by hand elsewhere, drift, and undeclared one after the other', { timeout: 120_000 }, async () => {
    await up()
    expect(read()).toBe(given.after)
    writeFileSync(file(), read().replace(...given.byHand))
    expect(await keysInPlan()).toEqual([])
    writeFileSync(file(), read().replace(...given.drift))
    expect(await keysInPlan()).toEqual([`path:${given.path}#${given.keys[0]}`])
    await up()
    expect(read()).toBe(given.after.replace(...given.byHand))
    const [, ...others] = given.declared
    configure(others)
    await up()
    expect(read()).not.toBe(given.after.replace(...given.byHand))
    configure([])
    await up()
    expect(read()).toBe(given.before.replace(...given.byHand))
  })

  test('rolled back, the file is as before', { timeout: 60_000 }, async () => {
    expect(await keysInPlan()).toEqual(given.keys.map((key) => `path:${given.path}#${key}`))
    await up()
    expect((await up()).out).toContain('converged')
    const back = await site.hexis(['rollback', '--on', 'box', '--to', '0', '--yes'])
    expect(back.status, back.all).toBe(0)
    expect(read()).toBe(given.before)
  })
})
