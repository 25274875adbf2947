import type { AgentRecord } from '../../agent/index.ts'
import { inert } from '../inert.ts'
import { shortCommit, spanOf } from './commit-age.ts'

const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

const short = (commit: string | undefined): string => shortCommit(commit, 'none')

type Kept = NonNullable<AgentRecord['orders']['freeze']>

const ordered = ({ by, why, until }: Kept): string =>
  `by ${by}: ${why}${until === undefined ? '' : ` (until ${isoTime(until)})`}`

const ordersOf = ({ freeze, pin, track }: AgentRecord['orders']): readonly (readonly [string, string])[] => [
  ...(freeze === undefined ? [] : [['frozen', ordered(freeze)] as const]),
  ...(pin === undefined ? [] : [['rolled back', `to ${short(pin.commit)} ${ordered(pin)}`] as const]),
  ...(track === undefined ? [] : [['tracks', `${track.branch} ${ordered(track)}`] as const]),
]

const upstreamOf = ({ upstream, commit, upstreamTime }: AgentRecord, now: number): string => {
  if (upstream === undefined) return 'never seen'
  if (upstream === commit) return 'the same'
  return `${short(upstream)}${upstreamTime === undefined ? '' : `, ${spanOf(now - upstreamTime)} old`}`
}

/** What an agent does, for people: one line each. */
export const renderAgent = (record: AgentRecord, now: number): string => {
  const { host, site, state, because, mode, branch, commit, drift, health, bad, successAt } = record
  const rows: readonly (readonly [string, string])[] = [
    ['host', `${host}${site === '' ? '' : ` of ${site}`}`],
    ['state', `${state}${because === undefined ? '' : `: ${because}`}`],
    ['mode', mode],
    ['branch', branch],
    ['commit', short(commit)],
    ['upstream', upstreamOf(record, now)],
    ...ordersOf(record.orders),
    ...Object.entries(drift).map(([type, count]) => ['differs', `${count} ${type}`] as const),
    ...health.map((one) => ['health', `${one.name}: ${one.ok ? 'ok' : (one.because ?? 'not well')}`] as const),
    ...bad.slice(-3).map((one) => ['bad', `${short(one.commit)} at ${one.stage}: ${one.because}`] as const),
    ['last success', successAt === undefined ? 'never' : `${isoTime(successAt)}, ${spanOf(now - successAt)} ago`],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${inert(value)}\n`).join('')
}
