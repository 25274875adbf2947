import * as resources from '../../src/resources/index.ts'
import type { Ran } from '../scratch-site.ts'
import type { HeldRow, RefusedRow, Row, Table } from './row.ts'
import { isRefused } from './row.ts'
import type { Stage } from './stage.ts'

/** A diagnostic as `--json` prints it. */
interface Said {
  readonly code: string
  readonly summary: string
  readonly source?: { readonly line: number }
}

interface Change {
  readonly key: string
  readonly action: string
  readonly source?: { readonly line: number }
}

/** What one row came to. Changes are those that the plan had for the lines of the row. */
export interface Outcome {
  readonly first: readonly Change[]
  readonly saw: string
  readonly again: readonly Change[]
  readonly later?: { readonly saw: string; readonly again: readonly Change[] }
  /** What the look of `stays` shows in the end. */
  readonly left: string
  /** The table's look after a rollback to before Hexis. */
  readonly rolledBack: string
  readonly before: string
  readonly after: string
  readonly diagnostics: readonly Said[]
}

interface Placed<R extends Row> {
  readonly row: R
  readonly declared: string
  readonly real: string
}

interface Event {
  readonly event: string
  readonly hosts?: Readonly<
    Record<string, { readonly changes: readonly Change[]; readonly diagnostics?: readonly Said[] }>
  >
  readonly diagnostics?: readonly Said[]
}

/** `/d` of a row's text, as a path of its own. */
const ownFolder = /(?<![\w.~/-])\/d(?![\w-])/g

const imports = (): string => {
  const names = Object.keys(resources).join(', ')
  return `import { defineSite, secret, text } from 'hexis'\nimport { ${names} } from 'hexis/resources'`
}

const eventsOf = (ran: Ran): readonly Event[] =>
  ran.out
    .split('\n')
    .filter((line) => line.startsWith('{"event"'))
    .map((line) => JSON.parse(line))

/** Tries all rows of a table side by side: those that hold on one host, those that are refused on a host each. */
export const runTable = async (table: Table, stage: Stage): Promise<ReadonlyMap<Row, Outcome>> => {
  const placed = table.rows.map((row, index) => ({ row, ...stage.folder(`${table.resource}${index + 1}`) }))
  const inRow = async (at: Placed<Row>, text: string): Promise<string> => {
    const { out } = await stage.shell(`cd '${at.real}' || exit\n${text.replace(ownFolder, at.real)}\n`)
    return out.replaceAll(at.real, '/d').replaceAll(at.declared, '/d').replace(/\n$/, '')
  }
  const setup = await stage.shell(`set -e\n${table.setup ?? ':'}\n`)
  if (setup.status !== 0) throw new Error(`setup: ${setup.out}`)
  for (const at of placed) {
    const given = (at.row.given ?? ':').replace(ownFolder, at.real)
    const made = await stage.shell(`set -e\nmkdir -p '${at.real}'; cd '${at.real}'\n${given}\n`)
    if (made.status !== 0) throw new Error(`given of '${at.row.name}': ${made.out}`)
  }
  const looks = new Map<Row, string>()
  const before = async (at: Placed<Row>): Promise<void> => {
    looks.set(at.row, await inRow(at, table.look(at.row)))
  }
  for (const at of placed) await before(at)
  const refused = placed.flatMap((at) => (isRefused(at.row) ? [{ ...at, row: at.row }] : []))
  const held = placed.flatMap((at) => (isRefused(at.row) ? [] : [{ ...at, row: at.row }]))
  const outcomes = new Map<Row, Outcome>()
  const diagnostics = await tryRefused(stage, refused)
  for (const at of refused) {
    const after = await inRow(at, table.look(at.row))
    const said = diagnostics.get(at.row) ?? []
    const left = at.row.stays === undefined ? '' : await inRow(at, at.row.stays[1])
    outcomes.set(at.row, {
      first: [],
      saw: '',
      again: [],
      left,
      rolledBack: '',
      before: looks.get(at.row) ?? '',
      after,
      diagnostics: said,
    })
  }
  for (const [row, outcome] of await tryHeld(table, stage, held, inRow)) {
    const at = held.find((one) => one.row === row)
    const after = at === undefined ? '' : await inRow(at, table.look(at.row))
    outcomes.set(row, { ...outcome, before: looks.get(row) ?? '', after, diagnostics: [] })
  }
  return outcomes
}

/** Each on a host of its own name, so that one does not stop the other. */
const tryRefused = async (
  stage: Stage,
  rows: readonly Placed<RefusedRow>[],
): Promise<ReadonlyMap<Row, readonly Said[]>> => {
  if (rows.length === 0) return new Map()
  const cases = rows.map((at, n) => `    if (host.name === 'r${n}') { ${at.row.when.replace(ownFolder, at.declared)} }`)
  const hosts = rows.map((_, n) => `r${n}: ${stage.host}`)
  stage.site.write(`${imports()}
export default defineSite({
  id: 'refused',
  hosts: { ${hosts.join(', ')} },
  configure(host) {
${cases.join('\n')}
  },
})
`)
  const ran = await stage.site.hexis(['up', '--yes', '--json', '--parallel', '1', '--max-failures', '1000'])
  const end = eventsOf(ran).find(({ event }) => event === 'end')
  if (end === undefined) throw new Error(`up of what is refused came to no end:\n${ran.all}`)
  return new Map(rows.map((at, n) => [at.row, end.hosts?.[`r${n}`]?.diagnostics ?? []]))
}

type Tried = Pick<Outcome, 'first' | 'saw' | 'again' | 'later' | 'left' | 'rolledBack'>

/** All on one host: declared, declared again, changed, rolled back; declared once more, and no longer. */
const tryHeld = async (
  table: Table,
  stage: Stage,
  rows: readonly Placed<HeldRow>[],
  inRow: (at: Placed<Row>, text: string) => Promise<string>,
): Promise<ReadonlyMap<HeldRow, Tried>> => {
  if (rows.length === 0) return new Map()
  const up = async (which: (row: HeldRow) => string): Promise<ReadonlyMap<HeldRow, readonly Change[]>> => {
    const head = `${imports()}
export default defineSite({
  id: 'compat',
  hosts: { it: ${stage.host} },
  configure() {
`
    let line = head.split('\n').length
    const bodies = rows.map((at) => {
      const body = `{ ${which(at.row).replace(ownFolder, at.declared)} }`
      const from = line
      line += body.split('\n').length
      return { row: at.row, body, from, to: line }
    })
    stage.site.write(`${head}${bodies.map(({ body }) => body).join('\n')}\n  },\n})\n`)
    const ran = await stage.site.hexis(['up', '--yes', '--json', '--allow-removals', '--allow-irreversible'])
    if (ran.status !== 0) throw new Error(`up failed with status ${ran.status}:\n${ran.err}`)
    const changes = eventsOf(ran).flatMap(({ event, hosts }) => (event === 'plan' ? (hosts?.it?.changes ?? []) : []))
    const inNoRow = changes.filter(({ source }) => source === undefined || source.line < (bodies[0]?.from ?? 0))
    if (inNoRow.length > 0) throw new Error(`changes of no row: ${inNoRow.map(({ key }) => key).join(', ')}`)
    const within = (from: number, to: number): readonly Change[] =>
      changes.filter(({ source }) => source !== undefined && source.line >= from && source.line < to)
    return new Map(bodies.map(({ row, from, to }) => [row, within(from, to)]))
  }
  const lookAll = async (command: (row: HeldRow) => string | undefined): Promise<ReadonlyMap<HeldRow, string>> => {
    const seen = new Map<HeldRow, string>()
    for (const at of rows) {
      const text = command(at.row)
      if (text !== undefined) seen.set(at.row, await inRow(at, text))
    }
    return seen
  }
  const first = await up((row) => row.when)
  const saw = await lookAll((row) => row.shows[0])
  const again = await up((row) => row.when)
  await lookAll((row) => row.later?.byHand)
  const after = (row: HeldRow): string => row.later?.when ?? row.when
  const hasLater = rows.some((at) => at.row.later !== undefined)
  if (hasLater) await up(after)
  const sawLater = await lookAll((row) => row.later?.shows[0])
  const againLater = hasLater ? await up(after) : undefined
  const rollback = await stage.site.hexis(['rollback', '--to', '0', '--yes'])
  if (rollback.status !== 0) throw new Error(`rollback failed with status ${rollback.status}:\n${rollback.err}`)
  const rolledBack = await lookAll(table.look)
  await up((row) => row.when)
  await up(() => '')
  const left = await lookAll((row) => row.stays?.[1])
  return new Map(
    rows.map(({ row }) => [
      row,
      {
        first: first.get(row) ?? [],
        saw: saw.get(row) ?? '',
        again: again.get(row) ?? [],
        left: left.get(row) ?? '',
        rolledBack: rolledBack.get(row) ?? '',
        ...(row.later === undefined
          ? {}
          : { later: { saw: sawLater.get(row) ?? '', again: againLater?.get(row) ?? [] } }),
      },
    ]),
  )
}
