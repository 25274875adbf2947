import { expect, test } from 'vitest'
import { type Given, opLines, planOf } from './plan-table.ts'

const there = 'content=A nlink=1 type=file'
const atRest = 'asked=no done=yes required=no why=""'
const rest = { 'path:/a': there, 'reboot:r': atRest, 'reboot:q': atRest }
const changed = 'REBOOT r later=path:/c timeout=60 when=path:/a'

test.each<{ says: string; given: Given; lines: readonly string[] }>([
  {
    says: 'none where nothing changes that it comes after',
    given: { wanted: ['COPY /a blob=A', 'COPY /b blob=B', changed, 'COPY /c blob=C'], observed: rest },
    lines: ['COPY /b blob=B', 'COPY /c blob=C'],
  },
  {
    says: 'last, and without what comes after it',
    given: { wanted: ['COPY /a blob=B', changed, 'COPY /c blob=C', 'COPY /d blob=D'], observed: rest },
    lines: ['COPY /a blob=B', 'COPY /d blob=D', 'REBOOT r asked=yes timeout=60'],
  },
  {
    says: 'after all actions too, whichever these are',
    given: { wanted: ['COPY /a blob=B && RUN job', changed], observed: rest },
    lines: ['COPY /a blob=B', 'REBOOT r asked=yes timeout=60', 'RUN job for 1'],
  },
  {
    says: 'what an earlier run asked for is still to come',
    given: {
      wanted: ['COPY /a blob=A', changed, 'COPY /c blob=C'],
      observed: { ...rest, 'reboot:r': 'asked=yes done=yes required=no' },
    },
    lines: ['REBOOT r asked=yes timeout=60'],
  },
  {
    says: 'what the host wants',
    given: { wanted: ['REBOOT r if=required'], observed: { 'reboot:r': 'asked=no done=yes required=yes why=kernel' } },
    lines: ['REBOOT r asked=yes'],
  },
  {
    says: 'but not twice for the same',
    given: {
      wanted: ['REBOOT r if=required'],
      observed: { 'reboot:r': 'asked=no done=yes required=still why=kernel' },
    },
    lines: [],
  },
  {
    says: 'what the host may want after this plan is waited for',
    given: {
      wanted: ['COPY /a blob=B', 'REBOOT r if=required later=path:/c when=path:/a', 'COPY /c blob=C'],
      observed: rest,
    },
    lines: ['COPY /a blob=B'],
  },
  {
    says: 'a reboot that comes after a reboot is of the plan behind it',
    given: {
      wanted: ['COPY /a blob=B', 'REBOOT r later=reboot:q when=path:/a', 'REBOOT q if=required when=reboot:r'],
      observed: { ...rest, 'reboot:q': 'asked=no done=yes required=yes why=kernel' },
    },
    lines: ['COPY /a blob=B', 'REBOOT r asked=yes'],
  },
  {
    says: 'a reboot that is only looked at holds nothing back',
    given: {
      wanted: ['COPY /a blob=B', changed, 'COPY /c blob=C'],
      observed: rest,
      meta: new Map([['reboot:r', { audit: true }]]),
    },
    lines: ['COPY /a blob=B', 'COPY /c blob=C'],
  },
])('$says', ({ given, lines }) => {
  expect(opLines(given)).toEqual(lines)
})

test('what is held and has to wait stays held, parts of files too', () => {
  const held = {
    'path:/c': { origin: 'type=absent', last: 'content=A type=file', step: 'COPY /c blob=A' },
    'path:/d#line:x': { origin: 'type=absent', last: 'line=x', step: 'LINE /d id=x line=x' },
  }
  const { plan, diagnostics } = planOf({
    wanted: [
      'COPY /a blob=B',
      'REBOOT r later=path:/c%20path:/d%2523line:x when=path:/a',
      'COPY /c blob=C',
      'LINE /d id=x line=y',
    ],
    observed: { ...rest, 'path:/c': there, 'path:/d': there },
    files: { '/d': 'x\n' },
    held,
  })
  expect(diagnostics).toEqual([])
  expect(plan.ops.map((op) => op.step.text)).toEqual(['COPY /a blob=B', 'REBOOT r asked=yes'])
  expect([...plan.ledger.entries.keys()].toSorted()).toEqual(['path:/a', 'path:/c', 'path:/d#line:x', 'reboot:r'])
  expect(plan.ledger.entries.get('path:/c')?.last).toEqual({ content: 'A', type: 'file' })
  expect(plan.reversibility).toBe('irreversible')
  expect(plan.changes.at(-1)?.note).toBe('path:/a changes; then, in a plan of its own: path:/c, path:/d#line:x')
})

test('a reboot that would be in vain is a warning', () => {
  const { diagnostics } = planOf({
    wanted: ['REBOOT r if=required'],
    observed: { 'reboot:r': 'asked=no done=yes required=still why=kernel' },
  })
  expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'does-not-settle', key: 'reboot:r' }])
})

test('one that is no longer declared leaves no trace', () => {
  const held = { 'reboot:r': { origin: 'done=yes', last: 'done=yes', step: 'REBOOT r if=required' } }
  const { plan } = planOf({ wanted: [], held, observed: rest })
  expect(plan.ops).toEqual([])
  expect(plan.ledger.entries.size).toBe(0)
})
