import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

const cases: readonly Case[] = [
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
  {
    path: '/etc/app/conf.json',
    before: '{\n    // who\n    "server": { "port": 80 },\n    "log": "info",\n    "old": {}\n}\n',
    declared: [
      "json('/etc/app/conf.json', { at: ['server', 'port'], value: 8080 })",
      "json('/etc/app/conf.json', { at: ['server', 'hosts'], value: ['a', 'b'] })",
      "json('/etc/app/conf.json', { at: ['old', 'x'], value: true })",
      "json('/etc/app/conf.json', { at: ['new', 'y', 'z'], value: null })",
    ],
    after: `{
    // who
    "server": { "port": 8080, "hosts": ["a","b"] },
    "log": "info",
    "old": {
        "x": true
    },
    "new": {
        "y": {
            "z": null
        }
    }
}
`,
    byHand: ['"info"', '"debug" /* for a day */'],
    drift: ['8080', '9090'],
    keys: ['json:/server/port', 'json:/server/hosts', 'json:/old/x', 'json:/new/y/z'],
  },
  {
    path: '/etc/app/conf.yaml',
    before: '# who\nserver:\n    port: 80   # web\n\nlog: info\nold:\n',
    declared: [
      "yaml('/etc/app/conf.yaml', { at: ['server', 'port'], value: 8080 })",
      "yaml('/etc/app/conf.yaml', { at: ['server', 'hosts'], value: ['a', 'b'] })",
      "yaml('/etc/app/conf.yaml', { at: ['old', 'x'], value: 'yes' })",
      "yaml('/etc/app/conf.yaml', { at: ['new', 'y', 'z'], value: null })",
    ],
    after: `# who
server:
    port: 8080   # web
    hosts:
        - a
        - b

log: info
old:
    x: "yes"
new:
    "y":
        z: null
`,
    byHand: ['info', 'debug # for a day'],
    drift: ['8080', '9090'],
    keys: ['yaml:/server/port', 'yaml:/server/hosts', 'yaml:/old/x', 'yaml:/new/y/z'],
  },
  {
    path: '/etc/app/conf.toml',
    before: '# who\nlog = "info"\nold = {}\n\n[server]\n  port=80   # web\n',
    declared: [
      "toml('/etc/app/conf.toml', { at: ['server', 'port'], value: 8080 })",
      "toml('/etc/app/conf.toml', { at: ['server', 'hosts'], value: ['a', 'b'] })",
      "toml('/etc/app/conf.toml', { at: ['old', 'x'], value: 'yes' })",
      "toml('/etc/app/conf.toml', { at: ['new', 'y', 'z'], value: { on: true } })",
    ],
    after: `# who
log = "info"
old = { x = "yes" }

[server]
  port=8080   # web
  hosts=["a", "b"]

[new.y]
z = { on = true }
`,
    byHand: ['"info"', '"debug" # for a day'],
    drift: ['8080', '9090'],
    keys: ['toml:/server/port', 'toml:/server/hosts', 'toml:/old/x', 'toml:/new/y/z'],
  },
]

const boxOf = (site: ScratchSite, path: string): string => join(site.folder, 'box', path)

describe('entries of files that others write too', () => {
  let site: ScratchSite
  const text = (given: Case): string => readFileSync(boxOf(site, given.path), 'utf8')
  const texts = (): readonly string[] => cases.map(text)
  const configure = (lines: readonly string[]): void =>
    site.write(`import { defineSite } from 'hexis'
import { env, ini, json, toml, yaml } from 'hexis/resources'
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
  const keysOf = (given: Case): readonly string[] => given.keys.map((key) => `path:${given.path}#${key}`)
  const change = (given: Case, [from, to]: readonly [string, string]): void =>
    writeFileSync(boxOf(site, given.path), text(given).replace(from, to))

  beforeEach(() => {
    site = scratchSite()
    for (const { path, before } of cases) {
      mkdirSync(join(boxOf(site, path), '..'), { recursive: true })
      writeFileSync(boxOf(site, path), before, { mode: 0o640 })
    }
    configure(cases.flatMap(({ declared }) => declared))
  })
  afterEach(() => site.dispose())

  test('up, by hand elsewhere, drift, and undeclared one after the other', { timeout: 120_000 }, async () => {
    await up()
    expect(texts()).toEqual(cases.map(({ after }) => after))
    for (const given of cases) change(given, given.byHand)
    expect(await keysInPlan()).toEqual([])
    for (const given of cases) change(given, given.drift)
    expect(await keysInPlan()).toEqual(cases.map((given) => keysOf(given)[0]))
    await up()
    expect(texts()).toEqual(cases.map(({ after, byHand }) => after.replace(...byHand)))
    configure(cases.flatMap(({ declared }) => declared.slice(1)))
    await up()
    configure([])
    await up()
    expect(texts()).toEqual(cases.map(({ before, byHand }) => before.replace(...byHand)))
  })

  test('a file that is made for its parts goes with the last of them', { timeout: 120_000 }, async () => {
    for (const { path } of cases) rmSync(boxOf(site, path))
    const made = cases.map(({ declared }) =>
      declared.slice(0, 2).map((line) => line.replace(' })', ', create: true })')),
    )
    configure(made.flat())
    await up()
    expect(cases.filter(({ path }) => !existsSync(boxOf(site, path)))).toEqual([])
    configure(made.flatMap((lines) => lines.slice(1)))
    await up()
    configure([])
    await up()
    expect(cases.filter(({ path }) => existsSync(boxOf(site, path)))).toEqual([])
  })

  test('rolled back, every file is as before', { timeout: 120_000 }, async () => {
    expect(await keysInPlan()).toEqual(cases.flatMap(keysOf))
    await up()
    expect((await up()).out).toContain('converged')
    const explained = await site.hexis(['explain', 'box', 'path:/etc/default/app#env:OPTIONS'])
    expect(explained.out).toMatch(/before Hexis +there, with a text of others that is not shown/)
    expect(explained.all).not.toContain("'-v'")
    const back = await site.hexis(['rollback', '--on', 'box', '--to', '0', '--yes'])
    expect(back.status, back.all).toBe(0)
    expect(texts()).toEqual(cases.map(({ before }) => before))
  })
})
