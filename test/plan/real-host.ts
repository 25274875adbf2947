import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { textBlob } from '../../src/blobs/make.ts'
import { execute } from '../../src/engine/execute.ts'
import { observeRequest } from '../../src/engine/observe.ts'
import { openSession } from '../../src/host/open.ts'
import type { HostSession } from '../../src/host/session.ts'
import { planHost } from '../../src/plan/index.ts'
import { edits } from '../../src/states/edits/index.ts'
import { builtinKinds } from '../../src/states/index.ts'
import type { Aspects } from '../../src/states/kind.ts'
import { formatList, listDigest } from '../../src/steps/list.ts'
import { argsOf } from '../../src/steps/parse.ts'
import type { Key, Step } from '../../src/steps/step.ts'
import type { ForeignEdit } from './generated.ts'
import { textOf } from './generated.ts'

/** A `directory` host with the real runtime, run by steps alone: what a model is compared with. */
export class RealHost {
  readonly root: string
  readonly #session: HostSession

  static async open(objects: readonly (readonly [Key, Aspects])[]): Promise<RealHost> {
    const root = fs.mkdtempSync(join(tmpdir(), 'hexis-real-'))
    for (const [key, state] of objects) if (key.startsWith('path:')) make(join(root, key.slice(5)), state)
    const options = { timeoutMs: 20_000 }
    return new RealHost(
      root,
      await openSession({ name: 'box', connection: 'directory', root, os: 'debian/12' }, options),
    )
  }

  private constructor(root: string, session: HostSession) {
    this.root = root
    this.#session = session
  }

  async #analyse(list: readonly Step[], rollback: boolean) {
    const hello = await this.#session.hello('s')
    const seen = await this.#session.observe(
      observeRequest({
        kinds: builtinKinds,
        steps: list,
        ledger: hello.ledger,
        filled: new Map(),
        probes: [],
        creates: [],
      }),
    )
    const result = planHost({
      site: 's',
      kinds: builtinKinds,
      edits,
      list,
      meta: new Map(),
      ledger: hello.ledger,
      observed: seen.states,
      files: new Map(),
      newGeneration: Math.max(0, ...hello.generations.map((g) => g.number)) + 1,
      listDigestChanged: hello.generations.at(-1)?.list !== listDigest(list),
      foreign: hello.foreign,
      capabilities: hello.capabilities,
      ...(rollback ? { rollback: true as const } : {}),
    })
    return { hello, ...result }
  }

  /** How many steps a run would take. */
  async pending(list: readonly Step[], rollback = false): Promise<number> {
    return (await this.#analyse(list, rollback)).plan.ops.length
  }

  /** As the engine does; false where the plan is refused. */
  async run(list: readonly Step[], rollback = false): Promise<boolean> {
    for (let cycle = 0; cycle < 4; cycle++) {
      const { hello, plan, diagnostics } = await this.#analyse(list, rollback)
      if (diagnostics.some((d) => d.severity === 'error')) return false
      if (!plan.records) return true
      const blobs = list.flatMap((step) => textOf.get(argsOf(step).blob ?? '') ?? []).map(textBlob)
      const text = formatList({ header: { host: 'box', os: 'debian/12', site: 's' }, steps: list })
      const desired = { steps: list, probes: [], texts: new Map(), blobs: new Map(), meta: new Map(), commit: 'none' }
      const done = await execute(
        this.#session,
        {
          host: 'box',
          hello,
          plan,
          list: text,
          unsealedList: text,
          listSteps: list,
          blobs,
          gone: new Set(),
          diagnostics: [],
          desired: { ...desired, dirty: false, document: '0'.repeat(64), os: 'debian/12', diagnostics: [] },
        },
        {
          onFailure: 'rollback',
          who: 'test',
          on: () => {},
          retention: { generations: 100, days: 365, sizeBytes: 2 ** 30 },
        },
      )
      if (done.status !== 'changed' && done.status !== 'converged')
        throw new Error(`${done.status}: ${done.diagnostics.map((d) => d.summary).join('\n')}`)
      if (plan.ops.length === 0) return true
    }
    throw new Error('it does not settle')
  }

  editByHand({ path, becomes }: ForeignEdit): void {
    const at = join(this.root, path)
    if (becomes === 'gone') fs.rmSync(at, { recursive: true, force: true })
    else if ('mode' in becomes) fs.chmodSync(at, Number.parseInt(becomes.mode, 8))
    else {
      fs.rmSync(at, { force: true })
      make(at, { type: 'file', text: becomes.text, mode: '0640' })
    }
  }

  /** Everything but what is Hexis's own. */
  tree(): ReadonlyMap<Key, Aspects> {
    const out = new Map<Key, Aspects>()
    const walk = (folder: string): void => {
      for (const name of fs.readdirSync(join(this.root, folder))) {
        const path = `${folder}/${name}`
        if (path === '/var') continue
        out.set(`path:${path}`, describe(join(this.root, path)))
        if (fs.lstatSync(join(this.root, path)).isDirectory()) walk(path)
      }
    }
    walk('')
    return out
  }

  async dispose(): Promise<void> {
    await this.#session.close()
    fs.rmSync(this.root, { recursive: true, force: true })
  }
}

const nobody = { uid: 65534, gid: 65534 }

const make = (path: string, state: Aspects): void => {
  const text = state.text ?? textOf.get(state.content ?? '') ?? ''
  if (state.type === 'dir') fs.mkdirSync(path)
  else if (state.type === 'link') fs.symlinkSync(state.target ?? '', path)
  else fs.writeFileSync(path, text)
  if (state.mode !== undefined) fs.chmodSync(path, Number.parseInt(state.mode, 8))
  if (state.owner === 'nobody') fs.lchownSync(path, nobody.uid, nobody.gid)
}

const describe = (path: string): Aspects => {
  const about = fs.lstatSync(path)
  const mode = { mode: `0${(about.mode & 0o777).toString(8)}` }
  const owned = {
    owner: about.uid === nobody.uid ? 'nobody' : 'root',
    group: about.gid === nobody.gid ? 'nogroup' : 'root',
  }
  if (about.isSymbolicLink()) return { type: 'link', target: fs.readlinkSync(path), ...owned }
  if (about.isDirectory()) return { type: 'dir', ...mode, ...owned }
  return { type: 'file', content: createHash('sha256').update(fs.readFileSync(path)).digest('hex'), ...mode, ...owned }
}
