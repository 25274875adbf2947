import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtInRegistry } from '../src/cli/registry.ts'
import { loadConfig } from '../src/config/index.ts'
import { openEngine } from '../src/engine/engine.ts'
import { diffLists, planHost } from '../src/plan/index.ts'
import { edits } from '../src/states/edits/index.ts'
import { builtinKinds } from '../src/states/index.ts'
import type { Aspects } from '../src/states/kind.ts'
import { formatList, parseList } from '../src/steps/list.ts'
import type { Step } from '../src/steps/step.ts'
import { type Budget, budgetLines, isKept, rowLines, seconds, writeFigures } from './report.ts'

/** Three hundred resources a host: accounts, folders, files, packages and services, of which a third differ by host. */
const config = (hosts: number): string => `import { defineSite } from 'hexis'
import { directory, file, group, pkg, service, user } from 'hexis/resources'

const hosts = Object.fromEntries(Array.from({ length: ${hosts} }, (_, i) => [\`h\${i}\`, { os: 'debian/12' }]))
export default defineSite({
  id: 'bench',
  hosts,
  configure(host) {
    for (let i = 0; i < 20; i++) {
      group(\`g\${i}\`, { gid: 2000 + i })
      user(\`u\${i}\`, { uid: 2000 + i, group: \`g\${i}\`, home: '/nonexistent', shell: '/usr/sbin/nologin' })
      directory(\`/srv/d\${i}\`, { owner: \`u\${i}\`, group: \`g\${i}\`, mode: '0750' })
    }
    for (let i = 0; i < 200; i++)
      file(\`/srv/d\${i % 20}/f\${i}\`, { content: \`\${i % 2 ? host.name : 'all'} \${i}\\n\`, mode: '0640' })
    for (let i = 0; i < 30; i++) pkg(\`package-\${i}\`)
    for (let i = 0; i < 10; i++) service(\`service-\${i}\`, { enabled: true, running: true })
  },
})
`

const capabilities = new Set(['paths', 'owners', 'accounts', 'packages', 'units', 'exec', 'kernel'] as const)
const absent: Aspects = { type: 'absent' }

/** What a host without any of it would answer. */
const nothingThere = (steps: readonly Step[]): ReadonlyMap<string, Aspects> => {
  const out = new Map<string, Aspects>([['path:/srv', { type: 'dir', mode: '0755', owner: 'root', group: 'root' }]])
  for (const step of steps) {
    const kind = builtinKinds.byVerb.get(step.verb)
    if (kind === undefined) continue
    const key = kind.keyOf(step)
    out.set(key, key.startsWith('unit:') ? { active: 'no', enabled: 'no', masked: 'no', type: 'present' } : absent)
    for (const need of kind.needs(step)) if (!out.has(need)) out.set(need, absent)
  }
  return out
}

const planFresh = (steps: readonly Step[]): number =>
  planHost({
    site: 'bench',
    kinds: builtinKinds,
    edits,
    list: steps,
    meta: new Map(),
    ledger: { site: 'bench', generation: 0, entries: new Map() },
    observed: nothingThere(steps),
    files: new Map(),
    newGeneration: 1,
    listDigestChanged: true,
    foreign: new Map(),
    capabilities,
  }).plan.changes.length

/** Evaluates, lowers and plans so many hosts, one after the other; answers seconds. */
const sites = async (hosts: number): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'hexis-bench-'))
  try {
    writeFileSync(join(folder, 'site.ts'), config(hosts))
    return await seconds(async () => {
      const engine = openEngine(await loadConfig(join(folder, 'site.ts')), builtInRegistry())
      for (let i = 0; i < hosts; i++) {
        const lowered = await engine.lower(`h${i}`)
        const changes = planFresh(lowered.steps)
        if (changes < 300) throw new Error(`h${i} has ${changes} changes: ${JSON.stringify(lowered.diagnostics[0])}`)
      }
      await engine.close()
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const listOf = (lines: number, changedEvery: number): string => {
  const out = ['steps/1 host=h os=debian/12 site=bench']
  for (let i = 0; i < lines; i++)
    out.push(
      `COPY /srv/d${i % 1000}/f${i} blob=${String(i % changedEvery === 0 ? i + 1 : i).padStart(64, '0')} group=app mode=0644 owner=app # site.ts:${i % 997}:5`,
    )
  return `${out.join('\n')}\n`
}

interface Lists {
  readonly parse: number
  readonly diff: number
  readonly format: number
}

/** Parses, compares and formats a list of so many lines. */
const lists = async (lines: number): Promise<Lists> => {
  const [before, after] = [listOf(lines, lines + 1), listOf(lines, 100)]
  const earlier = parseList(before, 'before').steps
  let later: readonly Step[] = []
  let found = { added: 0, removed: 0 }
  let text = ''
  const parse = await seconds(() => {
    later = parseList(after, 'after').steps
  })
  const diff = await seconds(() => {
    const { added, removed } = diffLists(earlier, later)
    found = { added: added.length, removed: removed.length }
  })
  const format = await seconds(() => {
    text = formatList({ header: { host: 'h', os: 'debian/12', site: 'bench' }, steps: later })
  })
  const wanted = Math.ceil(lines / 100) - 1
  if (text !== after || Math.abs(found.added - wanted) > 1 || found.added !== found.removed)
    throw new Error(`the list of ${lines} lines came back as another: ${JSON.stringify(found)}`)
  return { parse, diff, format }
}

const sum = ({ parse, diff, format }: Lists): number => parse + diff + format

export interface PlanOptions {
  readonly hosts: number
  readonly lines: number
  readonly json: string | undefined
}

/** Measures evaluation and planning without hosts, and step lists; answers whether every budget is kept. */
export const plan = async ({ hosts, lines, json }: PlanOptions): Promise<boolean> => {
  // What is only slow because it is new to the machine is not measured.
  await sites(Math.min(20, hosts))
  const [fewHosts, fewLines] = [Math.round(hosts / 10), Math.round(lines / 10)]
  const evaluated = { few: await sites(fewHosts), all: await sites(hosts) }
  await lists(Math.min(10_000, lines))
  const listed = { few: await lists(fewLines), all: await lists(lines) }
  const budgets: readonly Budget[] = [
    { what: `${hosts} hosts × 300 resources, seconds`, value: evaluated.all, atMost: 10 },
    { what: 'ten times the hosts take so many times as long', value: evaluated.all / evaluated.few, atMost: 11 },
    { what: `${lines} lines parsed, compared, formatted, seconds`, value: sum(listed.all), atMost: 3 },
    { what: 'ten times the lines take so many times as long', value: sum(listed.all) / sum(listed.few), atMost: 11 },
  ]
  process.stdout.write(
    rowLines([
      [`evaluate and plan ${fewHosts} hosts`, evaluated.few],
      [`evaluate and plan ${hosts} hosts`, evaluated.all],
      [`parse ${lines} lines`, listed.all.parse],
      ['compare with as many', listed.all.diff],
      ['format', listed.all.format],
    ]) + budgetLines(budgets),
  )
  writeFigures(json, { hosts, resources: hosts * 300, evaluated, lines, lists: listed })
  return budgets.every(isKept)
}
