import type { Ledger, LedgerEntry } from '../../src/ledger/ledger.ts'
import { planHost } from '../../src/plan/index.ts'
import type { HostPlan } from '../../src/plan/plan.ts'
import { edits } from '../../src/states/edits/index.ts'
import { builtinKinds } from '../../src/states/index.ts'
import type { Aspects } from '../../src/states/kind.ts'
import { argsOf, parseStep } from '../../src/steps/parse.ts'
import type { Key, Step } from '../../src/steps/step.ts'
import { type ForeignEdit, file } from './generated.ts'

/** A host in memory: what each object is, and the earlier inodes that were kept. */
export interface ModelHost {
  readonly objects: Map<Key, Aspects>
  readonly kept: Map<string, Aspects>
  ledger: Ledger
  transactions: number
}

const absent: Aspects = { type: 'absent' }
export const kinds = builtinKinds
const capabilities = new Set(['paths', 'owners', 'accounts', 'packages', 'units', 'exec'] as const)

export const newHost = (objects: Iterable<readonly [Key, Aspects]>): ModelHost => ({
  objects: new Map(objects),
  kept: new Map(),
  ledger: { site: 's', generation: 0, entries: new Map() },
  transactions: 0,
})

/** Units always have both aspects; everything else is there or not. */
export const stateOf = (host: ModelHost, key: Key): Aspects =>
  host.objects.get(key) ?? (key.startsWith('unit:') ? { active: 'no', enabled: 'no' } : absent)

const observe = (host: ModelHost, list: readonly Step[]): ReadonlyMap<Key, Aspects> => {
  const keys = new Set<Key>(host.ledger.entries.keys())
  const held = [...host.ledger.entries.values()].flatMap((entry) => parseStep(entry.step).step ?? [])
  for (const step of held) for (const outer of kinds.byVerb.get(step.verb)?.within?.(step) ?? []) keys.add(outer)
  for (const step of list) {
    const kind = kinds.byVerb.get(step.verb)
    if (kind === undefined) throw new Error(step.verb)
    keys.add(kind.keyOf(step))
    for (const need of [...kind.needs(step), ...(kind.within?.(step) ?? [])]) keys.add(need)
  }
  return new Map(
    [...keys].map((key) => {
      const state = stateOf(host, key)
      if (state.type !== 'dir') return [key, state]
      const children = [...host.objects.keys()]
        .filter((k) => k.startsWith(`${key}/`))
        .map((k) => k.slice(key.length + 1))
      return [
        key,
        {
          ...state,
          entries: children
            .filter((name) => !name.includes('/'))
            .sort()
            .join(','),
        },
      ]
    }),
  )
}

export const analyse = (host: ModelHost, list: readonly Step[], more: { rollback?: true } = {}) =>
  planHost({
    site: 's',
    kinds,
    edits,
    list,
    meta: new Map(),
    ledger: host.ledger,
    observed: observe(host, list),
    files: new Map(),
    newGeneration: host.ledger.generation + 1,
    listDigestChanged: true,
    foreign: new Map(),
    capabilities,
    ...more,
  })

/** What making a file or directory gives where nothing is said: as the runtime does. */
const defaults = (key: Key, type: string | undefined): Aspects =>
  key.startsWith('path:') && type !== undefined
    ? { ...(type === 'link' ? {} : { mode: type === 'dir' ? '0755' : '0644' }), owner: 'root', group: 'root' }
    : {}

const perform = (host: ModelHost, plan: HostPlan): void => {
  const transaction = `t${++host.transactions}`
  const before = new Map<number, Aspects>()
  for (const op of plan.ops) {
    const kind = kinds.byVerb.get(op.step.verb)
    if (kind === undefined) continue
    const key = op.key
    const now = stateOf(host, key)
    before.set(op.number, now)
    for (const [name, value] of Object.entries(op.before ?? {}))
      if (now[name] !== value) throw new Error(`${key} has ${name}=${now[name]}, planned was ${value}`)
    const args = argsOf(op.step)
    const replaces = ['COPY', 'RM', 'LINK', 'DIR'].includes(op.step.verb) && now.type !== 'absent'
    if (replaces) host.kept.set(`${transaction}.${op.number}`, now)
    const claimed = kind.claims(op.step)
    const restored = args.inode === undefined ? undefined : host.kept.get(args.inode)
    const wanted = Object.fromEntries(Object.entries(claimed).filter(([, v]) => v !== ''))
    const type = wanted.type ?? now.type
    if (type === 'absent') host.objects.delete(key)
    else if (restored !== undefined) host.objects.set(key, { ...restored, ...wanted, content: restored.content ?? '' })
    else if (now.type === type) host.objects.set(key, { ...now, ...wanted })
    else host.objects.set(key, { ...defaults(key, type), ...wanted })
  }
  const filled = (entry: LedgerEntry): LedgerEntry => ({
    ...entry,
    origin: Object.fromEntries(
      Object.entries(entry.origin).flatMap(([name, value]): readonly (readonly [string, string])[] => {
        const op = /^\$(\d+)$/.exec(value)?.[1]
        const had = op === undefined ? value.replace(/^\$TX\./, `${transaction}.`) : before.get(Number(op))?.[name]
        return had === undefined ? [] : [[name, had]]
      }),
    ),
  })
  host.ledger = {
    ...plan.ledger,
    entries: new Map([...plan.ledger.entries].map(([key, entry]) => [key, filled(entry)])),
  }
}

const errorsOf = (result: ReturnType<typeof planHost>): readonly string[] =>
  result.diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.key}`)

/** Runs until nothing is left, as the engine does; false where the plan is refused. */
export const run = (host: ModelHost, list: readonly Step[], more: { rollback?: true } = {}): boolean => {
  for (let cycle = 0; cycle < 4; cycle++) {
    const result = analyse(host, list, more)
    if (errorsOf(result).length > 0) return false
    if (result.plan.ops.length === 0) {
      host.ledger = result.plan.ledger
      return true
    }
    perform(host, result.plan)
  }
  throw new Error('it does not settle')
}

/** Somebody works on the host by hand; false where that cannot be done there. */
export const editByHand = (host: ModelHost, { path, becomes }: ForeignEdit): boolean => {
  const key = `path:${path}`
  const now = stateOf(host, key)
  const below = [...host.objects.keys()].filter((k) => k.startsWith(`${key}/`))
  if (becomes === 'gone') for (const gone of [key, ...below]) host.objects.delete(gone)
  else if ('mode' in becomes) {
    if (now.type !== 'file' && now.type !== 'dir') return false
    host.objects.set(key, { ...now, mode: becomes.mode })
  } else {
    if (now.type === 'dir' || (path.startsWith('/d/') && stateOf(host, 'path:/d').type !== 'dir')) return false
    host.objects.set(key, file(becomes.text))
  }
  return true
}
