import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Row, Table } from './row.ts'
import { isRefused } from './row.ts'
import { type Outcome, runTable } from './run-table.ts'
import type { Stage } from './stage.ts'

/** A test for each row of a table, which is tried once for all of them. */
export const describeTable = (table: Table, stageOf: () => Promise<Stage> | Stage): void => {
  describe(table.resource, () => {
    let stage: Stage | undefined
    let outcomes: ReadonlyMap<Row, Outcome> = new Map()
    beforeAll(async () => {
      stage = await stageOf()
      outcomes = await runTable(table, stage)
    }, 300_000)
    afterAll(() => stage?.stop())

    for (const row of table.rows) {
      const holds = row.known === undefined ? test : test.fails
      holds(row.name, () => {
        const outcome = outcomes.get(row)
        if (outcome === undefined) throw new Error('it was not tried')
        check(row, outcome)
      })
    }
  })
}

const check = (row: Row, outcome: Outcome): void => {
  if (isRefused(row)) {
    const { code, says } = row.refused
    expect(outcome.diagnostics).toContainEqual(expect.objectContaining({ code }))
    expect(JSON.stringify(outcome.diagnostics)).toContain(JSON.stringify(says).slice(1, -1))
    expect(
      outcome.diagnostics.every(({ source }) => source !== undefined),
      'each names its line',
    ).toBe(true)
    if (row.stays === undefined) expect(outcome.after, 'nothing is changed').toBe(outcome.before)
    else expect(outcome.left, 'what stays').toBe(row.stays[2])
    return
  }
  expect(outcome.saw).toBe(row.shows[1])
  if (row.plan !== undefined)
    expect(outcome.first.map(({ action, key }) => `${action} ${key}`.replace(/\/srv\/[a-z]+\d+/, '/d'))).toEqual(
      row.plan,
    )
  if (row.says !== undefined) expect(JSON.stringify(outcome.first)).toContain(row.says)
  expect(outcome.again, 'a second run changes nothing').toEqual([])
  if (row.later !== undefined) {
    expect(outcome.later?.saw).toBe(row.later.shows[1])
    expect(outcome.later?.again, 'a second run changes nothing, later too').toEqual([])
  }
  // What was done by hand meanwhile is left alone; it says what stays.
  const byHand = row.later?.byHand !== undefined && row.stays !== undefined
  if (!byHand && row.forGood !== true)
    expect(outcome.rolledBack, 'all is as before after a rollback').toBe(outcome.before)
  if (row.stays === undefined) expect(outcome.after, 'all is as before').toBe(outcome.before)
  else expect(outcome.left, 'what stays').toBe(row.stays[2])
}
