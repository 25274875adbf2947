import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { page } from './page.ts'
import { tables } from './tables.ts'

test('docs/compatibility.md is what the tables say', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/compatibility.md'), 'utf8')).toBe(page(tables))
})

test('every row of a table has a name of its own', () => {
  for (const { rows } of tables) {
    const names = rows.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  }
})
