import type { FleetHost } from '../../agent/fleet/status.ts'
import { inert } from '../inert.ts'
import { shortCommit, spanOf } from './commit-age.ts'
import { alignColumns } from './table.ts'

const short = (commit: string | undefined): string => shortCommit(commit, '–')

const rowOf = ({ host, is, record, because }: FleetHost, now: number): readonly string[] => {
  if (record === undefined) return [host, '–', '–', is, '–', '–', '–', because ?? '']
  const drift = Object.values(record.drift).reduce((sum, count) => sum + count, 0)
  const isBehind = record.upstream !== undefined && record.upstream !== record.commit
  return [
    host,
    record.branch,
    short(record.commit),
    record.state,
    isBehind ? `of ${short(record.upstream)}` : 'no',
    drift === 0 ? '–' : String(drift),
    record.successAt === undefined ? 'never' : `${spanOf(now - record.successAt)} ago`,
    record.because ?? '',
  ]
}

const byBranch = (a: FleetHost, b: FleetHost): number =>
  (a.record?.branch ?? '~').localeCompare(b.record?.branch ?? '~')

/** How many hosts are on each commit of each branch, a line each. */
const counts = (fleet: readonly FleetHost[]): string => {
  const groups = new Map<string, number>()
  for (const { record } of fleet) {
    if (record === undefined) continue
    const name = `${record.branch} ${short(record.commit)}`
    groups.set(name, (groups.get(name) ?? 0) + 1)
  }
  const unknown = fleet.filter(({ record }) => record === undefined).length
  const known = [...groups].map(([name, count]) => `${name}: ${count} host${count === 1 ? '' : 's'}`)
  return `${[...known, ...(unknown === 0 ? [] : [`not known: ${unknown}`])].join(' · ')}\n`
}

/** Hosts by branch, canaries beside the rest; one line each, and the counts. */
export const renderFleet = (fleet: readonly FleetHost[], now: number): string =>
  alignColumns([
    ['HOST', 'BRANCH', 'COMMIT', 'STATE', 'BEHIND', 'DRIFT', 'LAST SUCCESS', 'WHY'],
    ...fleet.toSorted(byBranch).map((one) => rowOf(one, now).map(inert)),
  ]) + inert(counts(fleet).trimEnd()).concat('\n')
