import type { HostResult, HostStatus, RunSummary } from '../../engine/types.ts'
import type { Exit } from '../exit.ts'
import { exitOfHost, exits, strongest } from '../exit.ts'
import { inert } from '../inert.ts'
import type { Paint, Style } from '../paint.ts'

export const statusStyle = (status: HostStatus): Style => {
  switch (status) {
    case 'converged':
    case 'changed':
      return 'green'
    case 'declined':
    case 'interrupted':
    case 'undone':
    case 'refused':
      return 'yellow'
    case 'failed':
    case 'unreachable':
      return 'red'
    default:
      return status satisfies never
  }
}

const order: readonly HostStatus[] = [
  'changed',
  'converged',
  'declined',
  'interrupted',
  'undone',
  'refused',
  'failed',
  'unreachable',
]

const row = (result: HostResult, width: number, paint: Paint): string => {
  const changes = result.changes === 0 ? '' : `${result.changes} change${result.changes === 1 ? '' : 's'}`
  const generation = result.generation === 0 ? '' : `generation ${result.generation}`
  const text = `${inert(result.host).padEnd(width)}  ${paint(statusStyle(result.status), result.status.padEnd(11))}  ${changes.padEnd(12)}${generation}`
  return text.trimEnd()
}

/** How every host ended, one line each, and the count of each end. */
export const renderSummary = (summary: RunSummary, paint: Paint): string => {
  const width = Math.max(0, ...summary.hosts.map((h) => h.host.length))
  const counts = order
    .map((status) => ({ status, count: summary.hosts.filter((h) => h.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`)
  return `${summary.hosts.map((h) => `${row(h, width, paint)}\n`).join('')}Done: ${counts.join(', ')}\n`
}

/** The exit code of a run over several hosts. `undoneIsWanted`: recovery undoes on purpose, everything else in need. */
export const exitOfSummary = (
  summary: RunSummary,
  how: { readonly interrupted: boolean; readonly undoneIsWanted?: boolean },
): Exit =>
  strongest([
    ...summary.hosts.map((h) =>
      how.undoneIsWanted && h.status === 'undone' ? exits.converged : exitOfHost(h.status, h.inConfig),
    ),
    ...(how.interrupted ? [exits.interrupted] : []),
  ])

/** The last event of `up`, `run`, `rollback` and `recover` under `--json`. */
export const endEvent = (summary: RunSummary, exit: Exit): Record<string, unknown> => ({
  event: 'end',
  hosts: Object.fromEntries(
    summary.hosts.map((h) => [
      h.host,
      {
        status: h.status,
        changes: h.changes,
        generation: h.generation,
        ...(h.along === undefined ? {} : { along: h.along }),
        ...(h.diagnostics.length === 0 ? {} : { diagnostics: h.diagnostics }),
      },
    ]),
  ),
  exit,
})
