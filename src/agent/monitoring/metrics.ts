import { type AgentRecord, agentStates, stages } from '../state/state.ts'
import type { Metric, Sample } from './exposition.ts'

const one = (value: number | undefined): readonly Sample[] => (value === undefined ? [] : [{ value }])

const each = (label: string, values: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))

/** A counter that was never counted is 0, so that its first increase is seen. */
const fromZero = (names: readonly string[], values: Readonly<Record<string, number | undefined>>) =>
  Object.fromEntries(names.map((name) => [name, values[name] ?? 0]))

const reasons = ['new', 'changed', 'drift', 'removed', 'released'] as const

/**
 * Seconds since the newest commit of the branch was made, for as long as another one is in force; 0 when it is in
 * force itself, and unknown before anything is.
 */
export const behindSeconds = (record: AgentRecord, now: number): number | undefined => {
  if (record.upstream === undefined || record.upstreamTime === undefined) return undefined
  return record.commit === record.upstream ? 0 : Math.max(1, Math.round(now) - record.upstreamTime)
}

const orderSamples = (record: AgentRecord): readonly Sample[] =>
  (['freeze', 'track', 'pin'] as const).map((order) => ({
    labels: { order },
    value: record.orders[order] === undefined ? 0 : 1,
  }))

/** All that an agent tells a monitoring system of itself; `now` in seconds since the epoch. */
export const agentMetrics = (record: AgentRecord, now: number): readonly Metric[] => [
  {
    name: 'hexis_agent_info',
    help: 'The commit in force, the branch that is followed, and the version of Hexis; always 1.',
    type: 'gauge',
    samples: [
      {
        labels: {
          host: record.host,
          site: record.site,
          branch: record.branch,
          commit: record.commit ?? '',
          upstream: record.upstream ?? '',
          version: record.version,
          mode: record.mode,
        },
        value: 1,
      },
    ],
  },
  {
    name: 'hexis_agent_state',
    help: 'What the agent is in: 1 for that state, 0 for the others.',
    type: 'gauge',
    samples: agentStates.map((state) => ({ labels: { state }, value: state === record.state ? 1 : 0 })),
  },
  {
    name: 'hexis_agent_last_attempt_timestamp_seconds',
    help: 'When the last cycle began.',
    type: 'gauge',
    samples: one(record.attemptAt),
  },
  {
    name: 'hexis_agent_last_success_timestamp_seconds',
    help: 'When a cycle last ended with everything as the commit wants it.',
    type: 'gauge',
    samples: one(record.successAt),
  },
  {
    name: 'hexis_agent_apply_duration_seconds',
    help: 'How long the last cycle that changed something took to do so.',
    type: 'gauge',
    samples: one(record.applySeconds),
  },
  {
    name: 'hexis_agent_changes_total',
    help: 'Changes carried out since the agent was installed, by their reason.',
    type: 'counter',
    samples: each('reason', fromZero(reasons, record.changes)),
  },
  {
    name: 'hexis_agent_failures_total',
    help: 'Cycles that failed since the agent was installed, by the stage they failed in.',
    type: 'counter',
    samples: each('stage', fromZero(stages, record.failures)),
  },
  {
    name: 'hexis_agent_drift_resources',
    help: 'Resources that are not as the commit wants them, by type.',
    type: 'gauge',
    samples: each('type', record.drift),
  },
  { name: 'hexis_agent_resources', help: 'Resources of this host.', type: 'gauge', samples: one(record.resources) },
  {
    name: 'hexis_agent_behind_seconds',
    help: 'How long the newest commit of the branch has not been in force here; 0 when it is.',
    type: 'gauge',
    samples: one(behindSeconds(record, now)),
  },
  {
    name: 'hexis_agent_bad_commits',
    help: 'Commits that failed here and are not tried again.',
    type: 'gauge',
    samples: one(record.bad.length),
  },
  {
    name: 'hexis_agent_order',
    help: 'Orders of people that are in force: frozen, another branch, another commit.',
    type: 'gauge',
    samples: orderSamples(record),
  },
  {
    name: 'hexis_agent_health',
    help: 'Health checks of the config: 1 passes, 0 does not.',
    type: 'gauge',
    samples: record.health.map(({ name, ok }) => ({ labels: { check: name }, value: ok ? 1 : 0 })),
  },
]
