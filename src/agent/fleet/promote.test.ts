import { describe, expect, test } from 'vitest'
import { DiagnosticError } from '../../diagnostics/diagnostic.ts'
import { type AgentRecord, agentRecord } from '../state/state.ts'
import { abort, promote } from './promote.ts'
import type { FleetRepository } from './repository.ts'
import { type FleetHost, fleetHost } from './status.ts'

const [old, next, other] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string]

const recordOf = (host: string, more: Partial<AgentRecord>): AgentRecord =>
  agentRecord.parse({
    format: 'agent/1',
    version: '0.1.0',
    host,
    site: 'shop',
    mode: 'enforce',
    state: 'ok',
    branch: 'canary',
    commit: next,
    upstream: next,
    bad: [],
    orders: {},
    resources: 1,
    changes: {},
    drift: {},
    failures: {},
    health: [],
    ...more,
  })
const known = (host: string, more: Partial<AgentRecord> = {}): FleetHost => ({
  host,
  is: 'known',
  record: recordOf(host, more),
})

/** A remote in memory: what promoting asks of git, and what it moved. */
const repositoryOf = (heads: Record<string, string>, ancestors: readonly string[] = [`${old} ${next}`]) => {
  const repository: FleetRepository = {
    head: async (branch) => heads[branch] ?? '',
    isAncestor: async (earlier, later) => earlier === later || ancestors.includes(`${earlier} ${later}`),
    forward: async (branch, commit) => {
      heads[branch] = commit
    },
    commitLike: async () => other,
  }
  return { repository, heads }
}

const promoting = async (
  looks: readonly (readonly FleetHost[])[],
  heads: Record<string, string> = { main: old, canary: next },
  more: { readonly soakMs?: number; readonly ancestors?: readonly string[] } = {},
) => {
  const remote = repositoryOf(heads, more.ancestors)
  const said: string[] = []
  let look = 0
  const commit = await promote({
    branch: 'canary',
    into: 'main',
    soakMs: more.soakMs ?? 0,
    waitMs: 400,
    lookMs: 1,
    repository: remote.repository,
    status: async () => looks[Math.min(look++, looks.length - 1)] ?? [],
    say: (line) => said.push(line),
    signal: AbortSignal.timeout(20_000),
  }).catch((error: unknown) => {
    if (!(error instanceof DiagnosticError)) throw error
    return error.diagnostics[0]?.summary
  })
  return { commit, main: remote.heads.main, said }
}

describe('promoting a canary', () => {
  test('moves the other branch once all are well, and waits for those that are not there yet', async () => {
    const late = [known('a'), known('b', { commit: old, state: 'ok' }), known('rest', { branch: 'main', commit: old })]
    const done = await promoting([late, late, [known('a'), known('b')]])
    expect(done).toEqual({ commit: next, main: next, said: [`b is still on ${old.slice(0, 12)}`] })
  })

  test.each<readonly [string, FleetHost, RegExp]>([
    [
      'failed on it',
      known('b', {
        state: 'bad-commit',
        commit: old,
        bad: [{ commit: next, stage: 'apply', because: 'unit x', at: 1 }],
        because: 'unit x',
      }),
      /^b is bad-commit: unit x$/,
    ],
    [
      'does not trust it',
      known('b', { state: 'untrusted', commit: old, because: `${next.slice(0, 12)} is not signed` }),
      /^b is untrusted/,
    ],
    ['is broken', known('b', { state: 'broken' }), /^b is broken/],
    ['is frozen', known('b', { state: 'frozen' }), /^b is frozen/],
    ['only reports', known('b', { mode: 'audit' }), /^b only reports/],
  ])('moves nothing where one %s', async (_what, host, why) => {
    const done = await promoting([[known('a'), host]])
    expect(done.commit).toMatch(why)
    expect(done.main).toBe(old)
  })

  test('waits for one that failed on an earlier commit, is ill or is not reached, and gives up in time', async () => {
    const earlier = known('b', {
      state: 'bad-commit',
      commit: old,
      bad: [{ commit: other, stage: 'apply', because: 'x', at: 1 }],
    })
    expect(
      (
        await promoting([
          [known('a'), earlier],
          [known('a'), known('b')],
        ])
      ).main,
    ).toBe(next)
    const ill = known('b', { health: [{ name: 'web', ok: false, at: 1 }] })
    expect(await promoting([[known('a'), ill]])).toMatchObject({ commit: 'b: web does not pass', main: old })
    const away: FleetHost = { host: 'b', is: 'unreachable', because: 'no route' }
    expect(
      await promoting([
        [known('a'), known('b')],
        [known('a'), away],
      ]),
    ).toMatchObject({ commit: 'b: no route', main: old })
  })

  test('the soak time begins anew when one was ill in between', async () => {
    const well = [known('a')]
    const ill = [known('a', { health: [{ name: 'web', ok: false, at: 1 }] })]
    const begun = Date.now()
    const done = await promoting([well, well, ill, well], undefined, { soakMs: 300 })
    expect(done.main).toBe(next)
    expect(Date.now() - begun).toBeGreaterThan(500)
  })

  test('refuses what the canaries could not have tried, and knows when there is nothing to do', async () => {
    expect((await promoting([[known('a')]], { main: other, canary: next })).commit).toMatch(
      /main has commits that canary lacks/,
    )
    expect((await promoting([[known('a', { branch: 'main' })]])).commit).toBe('no host follows canary')
    expect(await promoting([[known('a')]], { main: next, canary: next })).toMatchObject({ commit: undefined })
  })
})

test('giving a canary up only ever moves its branch forward', async () => {
  const ahead = repositoryOf({ main: old, canary: next })
  expect(await abort(ahead.repository, 'canary', 'main', 'slow')).toBe(other)
  expect(ahead.heads).toEqual({ main: old, canary: other })
  const behind = repositoryOf({ main: next, canary: old })
  expect(await abort(behind.repository, 'canary', 'main', 'slow')).toBe(next)
  expect(await abort(behind.repository, 'canary', 'main', 'slow')).toBeUndefined()
})

test.each([
  ['', 'no agent'],
  ['{', 'unreadable'],
  ['{"format":"agent/2"}', 'unreadable'],
  [JSON.stringify(recordOf('a', {})), 'known'],
])('a record %j is %s', (text, is) => {
  expect(fleetHost('a', text).is).toBe(is)
})
