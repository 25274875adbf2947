import { expect, test } from 'vitest'
import { plain } from '../../src/cli/paint.ts'
import { planSummary, renderPlan } from '../../src/cli/view/plan.ts'
import { analysis, changes, ready } from './sample.ts'

test('equal plans of several hosts are shown once, every change with reason, values, way back and config line', () => {
  expect(renderPlan(analysis, { whole: false }, plain)).toMatchInlineSnapshot(`
    "web1 web2 (2 hosts)
      + path:/etc/motd  new  site.ts:14:5
          mode   0644
          owner  root
          @@ -0,0 +1,1 @@
          +welcome
      ~ path:/etc/app.conf  changed, conflict  site.ts:20:5
          mode  0600 → 0644
          @@ -1,2 +1,2 @@
          -workers = 2
          +workers = 8
           color = \\e[31mred
      + package:curl  new  site.ts:18:5
          best-effort; stays: what its scripts made; dependencies of others
      ! exec:migrate  new  site.ts:30:5
          command  app migrate --all
          user     app
          not known before package:curl has run
          irreversible: it has no undo
      - path:/etc/old.conf  removed
      then reload app.service  because of path:/etc/app.conf

    db1
      ~ unit:app.service  drift  site.ts:24:5
          active  no → yes
      · user:bob  released
          was declared absent; nothing is made again
      ~ path:/etc/app.key  changed, audit only  site.ts:33:5
          content  ‹secret› → ‹secret›

    Plan: 4 to create, 3 to update, 2 to remove, 2 to run, 1 to release, 1 seen by audit on 3 hosts; 1 converged; 1 unreachable
    "
  `)
})

test('--diff shows new files whole', () => {
  expect(renderPlan({ hosts: [ready('a', [changes.create])] }, { whole: true }, plain)).toMatchInlineSnapshot(`
    "a
      + path:/etc/motd  new  site.ts:14:5
          mode   0644
          owner  root
          @@ -0,0 +1,1 @@
          +welcome

    Plan: 1 to create on 1 host
    "
  `)
})

test('a long diff is shortened unless asked for', () => {
  const diff = `--- a\n+++ a\n@@ -1,40 +1,40 @@\n${Array.from({ length: 40 }, (_, i) => `+line ${i}\n`).join('')}`
  const one = { hosts: [ready('a', [{ ...changes.update, diff }])] }
  expect(renderPlan(one, { whole: false }, plain)).toContain('… 17 more lines, --diff shows all')
  expect(renderPlan(one, { whole: true }, plain)).toContain('+line 39')
})

test('what packages bring along and take away is shown behind the changes, what goes first', () => {
  const along = [
    { action: 'install', name: 'libfoo', to: '1.0' },
    { action: 'upgrade', name: 'libssl', from: '3.0', to: '3.1' },
    { action: 'remove', name: 'old', from: '2.0' },
  ] as const
  const host = { ...ready('a', [changes.pkg]), packages: { along, unknown: [''] } }
  expect(renderPlan({ hosts: [host] }, { whole: false }, plain)).toMatchInlineSnapshot(`
    "a
      + package:curl  new  site.ts:18:5
          best-effort; stays: what its scripts made; dependencies of others
      - old 2.0  along with packages
      ~ libssl 3.0 → 3.1  along with packages
      + libfoo 1.0  along with packages
      dependencies unknown until update

    Plan: 1 to create on 1 host
    "
  `)
  const many = Array.from({ length: 30 }, (_, i) => ({ action: 'install' as const, name: `lib${i}`, to: '1' }))
  const large = { ...ready('a', [changes.pkg]), packages: { along: many, unknown: ['no such package: x\x1b'] } }
  const shown = renderPlan({ hosts: [large] }, { whole: false }, plain)
  expect(shown).toContain('+ lib19 1  along with packages\n  and 10 more along with packages; --diff shows them\n')
  expect(shown).toContain('  dependencies unknown: no such package: x\\e\n')
  expect(renderPlan({ hosts: [large] }, { whole: true }, plain)).toContain('+ lib29 1')
})

test('what a host supplied cannot reach the terminal as control characters', () => {
  const evil = '\x1b]0;title\x07\u202e'
  const change = {
    ...changes.update,
    key: `path:/${evil}`,
    note: evil,
    stays: [evil],
    reversibility: 'best-effort' as const,
    before: { is: 'known' as const, aspects: { type: 'file', owner: evil } },
    after: { type: 'file', owner: 'root', [evil]: evil },
    actions: [{ verb: 'RELOAD' as const, target: evil }],
  }
  const shown = renderPlan({ hosts: [ready(evil, [change])] }, { whole: true }, plain)
  expect([...shown].filter((char) => char !== '\n' && (char < ' ' || char === '\u202e'))).toEqual([])
})

test('the summary counts hosts that are settled, that only get records, and that failed', () => {
  const recorded = { ...ready('r', []), plan: { ...ready('r', []).plan, records: true } } as ReturnType<typeof ready>
  expect(planSummary({ hosts: [ready('a', []), ready('b', [])] })).toBe('Plan: nothing to change; 2 converged')
  expect(
    planSummary({
      hosts: [
        ready('a', [changes.create, changes.create, changes.create, changes.drift, changes.remove]),
        ready('b', []),
      ],
    }),
  ).toBe('Plan: 3 to create, 1 to update, 1 to remove on 1 host; 1 converged')
  expect(planSummary({ hosts: [recorded] })).toBe('Plan: nothing to change; 1 host with new records only')
})
