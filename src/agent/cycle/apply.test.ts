import { expect, test } from 'vitest'
import type { HostResult } from '../../engine/types.ts'
import type { Change } from '../../plan/plan.ts'
import { blame, inOneLine, matchesAny } from './apply.ts'
import { driftByType, LocalChanges } from './drift.ts'

test.each([
  [['exec:*'], 'exec:migrate', true],
  [['exec:migrate'], 'exec:migrate', true],
  [['exec:migrate'], 'exec:migrate-all', false],
  [['exec:m.grate'], 'exec:migrate', false],
  [['*:a', 'path:/srv/*'], 'path:/srv/a b', true],
  [[], 'exec:x', false],
])('%j names %s: %s', (patterns, key, named) => {
  expect(matchesAny(patterns, key)).toBe(named)
})

const failed = (part: Partial<HostResult>): HostResult => ({
  host: 'h',
  status: 'failed',
  changes: 0,
  generation: 3,
  diagnostics: [],
  ...part,
})
const error = (code: 'host-busy' | 'step-failed' | 'irreversible' | 'disk-full' | 'does-not-settle') => [
  { severity: 'error' as const, code, summary: 'so', source: { file: 'site.ts', line: 4, column: 1 } },
]

test.each([
  [failed({ status: 'undone', diagnostics: error('step-failed') }), 'bad', 'apply'],
  [failed({ diagnostics: error('does-not-settle') }), 'bad', 'apply'],
  [failed({ status: 'refused', diagnostics: error('irreversible') }), 'bad', 'plan'],
  [failed({ inConfig: true }), 'bad', 'evaluate'],
  [failed({ status: 'refused', diagnostics: error('host-busy') }), 'later', 'apply'],
  [failed({ status: 'undone', diagnostics: error('disk-full') }), 'later', 'apply'],
  [failed({ status: 'unreachable' }), 'later', 'apply'],
  [failed({ status: 'interrupted' }), 'later', 'apply'],
])('%j is %s at %s', (result, is, stage) => {
  expect(blame(result, 3)).toMatchObject({ is, stage, generation: 3 })
})

test('a reason is one line with its place', () => {
  expect(inOneLine(error('step-failed'))).toBe('so (site.ts:4)')
  expect(inOneLine([])).toBe('no reason was given')
})

const change = (key: string, part: Partial<Change> = {}): Change => ({
  key,
  action: 'update',
  reason: 'drift',
  conflict: false,
  before: { is: 'known', aspects: {} },
  after: {},
  steps: [],
  reversibility: 'exact',
  stays: [],
  actions: [],
  audit: false,
  ...part,
})

test('what differs is counted by the type of the resource that declared it', () => {
  const at = (line: number) => ({ file: 'site.ts', line, column: 3 })
  const document = {
    format: 'document/1' as const,
    site: 's',
    host: 'h',
    resources: [{ type: 'sshd', id: 'system', props: {}, source: at(5) }],
  }
  const changes = [
    change('path:/a', { source: at(5) }),
    change('unit:ssh.service', { source: at(5) }),
    change('user:x'),
  ]
  expect(driftByType(changes, document)).toEqual({ sshd: 2, user: 1 })
})

test('a local change that stays is said once, one that is set right each time', () => {
  const local = new LocalChanges()
  const found = [change('path:/a', { diff: '-x\n+y\n' }), change('path:/new', { reason: 'new' })]
  expect(local.lines(found, false)).toEqual(['changed locally: path:/a is left as it is\n-x\n+y'])
  expect(local.lines(found, false)).toEqual([])
  expect(local.lines([change('path:/a', { diff: '-z\n+y\n' })], false)).toHaveLength(1)
  expect(local.lines(found, true)[0]).toMatch(/is set right again; what was found is kept/)
  expect(local.lines(found, true)).toHaveLength(1)
})
