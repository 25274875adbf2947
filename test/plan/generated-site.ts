import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { evaluateHost } from '../../src/config/evaluate.ts'
import type { LoadedConfig } from '../../src/config/index.ts'
import { openEngine } from '../../src/engine/engine.ts'
import type { Engine, EngineEvent, HostAnalysis, HostResult } from '../../src/engine/types.ts'
import { buildInventory } from '../../src/inventory/build.ts'
import {
  block,
  directory,
  env,
  file,
  group,
  ini,
  json,
  line,
  link,
  pkg,
  service,
  toml,
  user,
  yaml,
} from '../../src/resources/index.ts'
import { resources, schemas } from '../../src/resources/registry.ts'
import { builtinKinds } from '../../src/states/index.ts'

/** One declaration as data; `path` is what it is about. */
export interface Declared {
  readonly path: string
  readonly says: string
  readonly isAbsence: boolean
  declare(): void
}

const declared = (path: string, says: string, declare: () => void, isAbsence = false): Declared => ({
  path,
  says,
  declare,
  isAbsence,
})

const mode = fc.option(fc.constantFrom('0600', '0644', '0751'), { nil: undefined })
const content = fc.constantFrom('one\n', 'two\n', 'no end')

const fileAt = (path: string, more: { parents?: true } = {}): fc.Arbitrary<Declared> =>
  fc.tuple(content, mode).map(([text, bits]) => {
    const props = { content: text, ...(bits === undefined ? {} : { mode: bits }), ...more }
    return declared(path, `file ${path} ${JSON.stringify(props)}`, () => file(path, props))
  })
const linkAt = (path: string): fc.Arbitrary<Declared> =>
  fc.constantFrom('/x', 'y').map((target) => declared(path, `link ${path} ${target}`, () => link(path, { target })))
const folderAt = (path: string): fc.Arbitrary<Declared> =>
  mode.map((bits) => {
    const props = bits === undefined ? {} : { mode: bits }
    return declared(path, `directory ${path} ${JSON.stringify(props)}`, () => directory(path, props))
  })
const goneAt = (path: string): fc.Arbitrary<Declared> =>
  fc.constant(declared(path, `absent ${path}`, () => file(path, { absent: true }), true))
const attributesOf = (path: string): fc.Arbitrary<Declared> =>
  fc
    .constantFrom('0600', '0644')
    .map((bits) => declared(path, `mode ${path} ${bits}`, () => file(path, { mode: bits })))
const lineIn = (path: string, id: string): fc.Arbitrary<Declared> =>
  fc.constantFrom('10.0.0.5 db', '10.0.0.6 db').map((text) => {
    // One goes to the end and one to the top: parts of a file do not own their order.
    const place = id === 'one' ? ('end' as const) : ('top' as const)
    const props = { id, line: `${text}-${id}`, match: new RegExp(`db-${id}$`), create: true, place }
    return declared(path, `line ${path}#${id} ${text}`, () => line(path, props))
  })
const blockIn = (path: string): fc.Arbitrary<Declared> =>
  fc
    .constantFrom('a\n', 'a\nb\n')
    .map((text) =>
      declared(path, `block ${path} ${JSON.stringify(text)}`, () => block(path, { id: 'b', text, create: true })),
    )

const values = fc.constantFrom('x', 8080, ['l'], { k: 'v' })
/** One key of a file: of several, files would keep the order in which they came. */
const keyedIn = (path: string, hold: typeof json): fc.Arbitrary<Declared> =>
  fc.tuple(fc.constantFrom<readonly string[]>(['t', 'a'], ['u']), values).map(([at, value]) => {
    const props = { at, value, create: true }
    return declared(path, `value ${path} ${JSON.stringify(props)}`, () => hold(path, props))
  })
const entryIn = (path: string): fc.Arbitrary<Declared> =>
  fc.constantFrom('1', 'a b').map((value) => {
    const hold = path.endsWith('.ini')
      ? () => ini(path, { section: 't', key: 'K', value, create: true })
      : () => env(path, { key: 'K', value, create: true })
    return declared(path, `entry ${path} ${value}`, hold)
  })

/** Configs of a few declarations on few paths, so that they meet. */
export const config: fc.Arbitrary<readonly Declared[]> = fc
  .tuple(
    fc.option(fc.oneof(fileAt('/srv/a'), linkAt('/srv/a'), folderAt('/srv/a'), goneAt('/srv/a'))),
    fc.option(folderAt('/srv/d')),
    fc.option(fileAt('/srv/d/x', { parents: true })),
    fc.option(fileAt('/srv/d/e/y', { parents: true })),
    fc.option(fc.oneof(fileAt('/etc/conf'), attributesOf('/etc/conf'), goneAt('/etc/conf'))),
    fc.option(fc.oneof(lineIn('/etc/hosts', 'one'), blockIn('/etc/hosts'))),
    fc.option(lineIn('/etc/hosts', 'two')),
    fc.option(fc.oneof(lineIn('/etc/new', 'one'), blockIn('/etc/new'), fileAt('/etc/new'))),
    fc.option(fc.oneof(linkAt('/etc/link'), fileAt('/etc/link'))),
    fc.option(fc.oneof(keyedIn('/etc/app.json', json), fileAt('/etc/app.json'))),
    fc.option(fc.oneof(keyedIn('/etc/app.yaml', yaml), keyedIn('/etc/app.toml', toml))),
    fc.option(fc.oneof(entryIn('/etc/app.ini'), entryIn('/etc/app.env'))),
  )
  .map((all) => all.filter((one) => one !== null))

const on = fc.boolean()

/** As `config`, with what only a whole host has: accounts, a package, a service (`sleeper`, which must be there). */
export const hostConfig: fc.Arbitrary<readonly Declared[]> = fc
  .tuple(
    config,
    fc.option(
      fc.constantFrom(941, 942).map((gid) => declared('people', `group people ${gid}`, () => group('people', { gid }))),
    ),
    fc.option(
      fc.tuple(fc.constantFrom('/bin/sh', '/bin/bash'), fc.constantFrom('one', 'two')).map(([shell, comment]) => {
        // What the system itself would choose, it chooses anew each time.
        const props = { uid: 945, shell, comment, createHome: false }
        return declared('worker', `user worker ${JSON.stringify(props)}`, () => user('worker', props))
      }),
    ),
    fc.option(
      fc.constantFrom('hexis-tool-a', 'hexis-tool-b').map((name) => declared(name, `package ${name}`, () => pkg(name))),
    ),
    fc.option(
      fc.tuple(on, on).map(([running, enabled]) => {
        const says = `service sleeper ${running} ${enabled}`
        return declared('sleeper', says, () => service('sleeper', { running, enabled }), !running || !enabled)
      }),
    ),
  )
  .map(([paths, ...more]) => [...paths, ...more.filter((one) => one !== null)])

/** Shell that makes what is there before Hexis, in the root. */
export const world: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(
      '',
      'printf old >srv/a; chmod 4711 srv/a',
      'mkdir -m 1770 srv/a',
      'ln -s there srv/a; chown -h 7:8 srv/a',
    ),
    fc.constantFrom('', 'mkdir -m 750 srv/d', 'mkdir srv/d; echo mine >srv/d/mine', 'mkdir srv/d; printf x >srv/d/x'),
    fc.constantFrom(
      '',
      'echo conf >etc/conf; chown 7:8 etc/conf',
      'echo conf >etc/conf; setfattr -n user.k -v w etc/conf',
    ),
    fc.constantFrom('', 'printf "127.0.0.1 localhost" >etc/hosts', 'printf "a\\n1.1.1.1 db-one\\nz\\n" >etc/hosts'),
    fc.constantFrom('', 'ln -s conf etc/link', 'echo l >etc/link; chmod 600 etc/link'),
    fc.constantFrom(
      '',
      'printf "{ \\"t\\": {}, \\"u\\": [1, 2] }" >etc/app.json; chmod 600 etc/app.json',
      'printf "# c\\nu: 1\\nt:\\n  a: 1 # one\\n" >etc/app.yaml; printf "u = 1 # c\\n\\n[t]\\n" >etc/app.toml',
      'printf "[t]\\n;K=0\\nK : 7" >etc/app.ini; printf "export K=\\047x\\047 # c\\n" >etc/app.env',
    ),
  )
  .map((parts) => ['umask 022; mkdir etc srv; echo o >etc/other', ...parts].filter((part) => part !== '').join('\n'))

const tool = join(import.meta.dirname, '../acceptance/snapshot')

/** What a run planned, said and came to. */
export interface Ran {
  readonly result: HostResult | undefined
  readonly planned: HostAnalysis | undefined
  readonly events: readonly EngineEvent[]
}

/** Every path below a folder with all that it is, as a tool sees it that knows nothing of Hexis. */
export const treeOf = (root: string): ReadonlyMap<string, string> => {
  const lines = execFileSync(tool, [root], { encoding: 'utf8' }).trimEnd().split('\n')
  return new Map(lines.map((text): readonly [string, string] => [text.split(' ')[0] ?? '', text]))
}

/** A host that is there already: how the inventory writes it, and how everything is seen that configs may touch. */
export interface Ground {
  readonly root: string
  readonly host: Readonly<Record<string, unknown>>
  tree(): ReadonlyMap<string, string>
}

/** A folder (or another ground) as a host, driven by the real engine with configs that are data. */
export class GeneratedSite {
  readonly folder = fs.mkdtempSync(join(tmpdir(), 'hexis-generated-'))
  readonly root: string
  readonly #engine: Engine
  readonly #ground: Ground | undefined
  #now: readonly Declared[] = []

  /** @param before shell that makes what is there before Hexis, in the folder */
  constructor(before: string, ground?: Ground) {
    this.#ground = ground
    this.root = ground?.root ?? join(this.folder, 'box')
    if (ground === undefined) {
      fs.mkdirSync(this.root)
      execFileSync('sh', ['-ec', before], { cwd: this.root })
    }
    const hosts = { box: ground?.host ?? { connection: 'directory', root: './box', os: 'debian/12' } }
    const inventory = buildInventory(
      { hosts, groups: {}, defaults: {} },
      { configRoot: this.folder, locate: () => undefined },
    )
    const loaded: LoadedConfig = {
      root: this.folder,
      file: join(this.folder, 'site.ts'),
      siteId: 'generated',
      inventory,
      profiles: [],
      retention: { generations: 100, days: 365, sizeBytes: 2 ** 30 },
      commit: 'none',
      dirty: false,
      isAncestor: async () => true,
      evaluate: (host) =>
        evaluateHost({ site: 'generated', host, root: this.folder }, () => {
          for (const one of this.#now) one.declare()
        }),
    }
    this.#engine = openEngine(loaded, { resources, schemas, kinds: builtinKinds })
  }

  async plan(wanted: readonly Declared[]): Promise<HostAnalysis | undefined> {
    this.#now = wanted
    return (await this.#engine.plan({ allowRemovals: true })).hosts[0]
  }

  /** @param meanwhile runs between the plan and its execution */
  async up(wanted: readonly Declared[], meanwhile: () => void = () => {}): Promise<Ran> {
    this.#now = wanted
    return this.#ran(meanwhile, (options) => this.#engine.up(options))
  }

  rollback(to: string): Promise<Ran> {
    return this.#ran(
      () => {},
      (options) => this.#engine.rollback({ to }, options),
    )
  }

  async #ran(
    meanwhile: () => void,
    run: (options: Parameters<Engine['up']>[0]) => ReturnType<Engine['up']>,
  ): Promise<Ran> {
    const events: EngineEvent[] = []
    let planned: HostAnalysis | undefined
    const summary = await run({
      allowRemovals: true,
      on: (event) => events.push(event),
      confirm: async (analysis, cycle) => {
        if (cycle > 1) return true
        planned = analysis.hosts[0]
        meanwhile()
        return true
      },
    })
    return { result: summary.hosts[0], planned, events }
  }

  /** Every path that configs may touch; Hexis's own state left out. */
  tree(): ReadonlyMap<string, string> {
    return this.#ground?.tree() ?? new Map([...treeOf(this.root)].filter(([path]) => !/^\/(var(\/lib)?)?$/.test(path)))
  }

  async dispose(): Promise<void> {
    await this.#engine.close()
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}
