import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { AgentRecord } from './state.ts'
import { newRecord, recordStore } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'hexis-record-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const store = recordStore(join(folder, 'agent'))

/** As the first version wrote it: it is read for ever. */
const early = `{
  "format": "agent/1", "version": "0.1.0", "host": "web1", "site": "shop", "mode": "enforce",
  "state": "bad-commit", "because": "x", "branch": "main",
  "commit": "1111111111111111111111111111111111111111",
  "good": "1111111111111111111111111111111111111111",
  "upstream": "2222222222222222222222222222222222222222", "upstreamTime": 1795000000,
  "bad": [{ "commit": "2222222222222222222222222222222222222222", "stage": "health", "because": "x", "at": 1795000001 }],
  "orders": { "freeze": { "by": "ann", "why": "w", "at": 1795000002, "until": 1795000003 } },
  "attemptAt": 1795000002, "successAt": 1795000001, "applySeconds": 0.5, "resources": 3,
  "changes": { "new": 3 }, "drift": { "file": 1 }, "failures": { "health": 1 },
  "health": [{ "name": "app", "ok": false, "because": "x", "at": 1795000001 }]
}`

test('there is none before the first cycle', () => {
  expect(store.load()).toBeUndefined()
})

test('what is saved is loaded, and others may read the file', () => {
  const record: AgentRecord = {
    ...newRecord('1', 'h', 'main'),
    trying: { commit: 'a'.repeat(40), from: 2, at: 1, crossed: ['exec:x'] },
    commitBranch: 'main',
  }
  store.save(record)
  expect(store.load()).toEqual(record)
  expect(statSync(store.file).mode & 0o777).toBe(0o644)
  store.save({ ...record, branch: 'other' })
  expect(store.load()?.branch).toBe('other')
})

test('what the first version wrote is read', () => {
  writeFileSync(store.file, early)
  const record = store.load()
  expect(record).toEqual(JSON.parse(early))
})

test.each([
  ['{', /no JSON/],
  ['{}', /format/],
  [early.replace('agent/1', 'agent/2'), /format/],
  [early.replace('"ann"', '1'), /orders\.freeze\.by/],
])('a record that is damaged is named, and not guessed', (text, says) => {
  writeFileSync(store.file, text)
  expect(() => store.load()).toThrow(/is not the record of an agent/)
  expect(() => store.load()).toThrow(says)
})

test.skipIf(process.getuid?.() === 0)('one that cannot be read is no new beginning', () => {
  writeFileSync(store.file, early)
  chmodSync(store.file, 0)
  expect(() => store.load()).toThrow(/is not the record/)
})

test('a record that does not fit the format is never written', () => {
  writeFileSync(store.file, early)
  expect(() => store.save({ ...newRecord('1', 'h', 'main'), commit: 'main' })).toThrow()
  expect(readFileSync(store.file, 'utf8')).toBe(early)
})
