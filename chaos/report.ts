import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtinKinds } from '../src/states/index.ts'
import type { Outcome } from './fault.ts'
import type { RunOutcome } from './runs.ts'

/** One fault and what came of it, wherever it was tried. */
export interface Row {
  readonly verb: string
  readonly fault: string
  readonly point: string
  readonly ended: 'before' | 'after' | 'neither'
  readonly violations: readonly string[]
}

const faultNames: Readonly<Record<Outcome['fault']['kind'], string>> = {
  shell: 'shell killed at a system call',
  group: 'all of it killed at a system call',
  tool: 'all of it killed around a tool',
  recovery: 'recovery killed at a system call',
}

const pointNames: Readonly<Record<string, string>> = {
  none: 'nothing begun',
  begin: 'begun',
  batch: 'a batch under way',
  done: 'a batch done',
  commit: 'committed, not in place',
  end: 'over',
  undo: 'on the way back',
  undone: 'on the way back',
  failed: 'failed',
}

export const rowOf = (outcome: Outcome): Row => ({
  verb: outcome.scenario.verb,
  fault: faultNames[outcome.fault.kind],
  point: pointNames[outcome.point] ?? 'begun',
  ended: outcome.ended,
  violations: outcome.violations,
})

const runNames: Readonly<Record<RunOutcome['fault'], string>> = {
  controller: 'controller killed',
  network: 'network cut, then back',
  power: 'first process of the host killed, then booted',
}

export const rowOfRun = (outcome: RunOutcome): Row => ({
  verb: 'a whole run',
  fault: runNames[outcome.fault],
  point: `${outcome.records} records`,
  ended: outcome.ended,
  violations: outcome.violations,
})

/** What one row of a table counts. */
interface Counted {
  readonly ended: Row['ended']
  readonly violations: readonly string[]
}

const count = (rows: readonly Counted[], ended: Row['ended']): number =>
  rows.filter((row) => row.ended === ended).length

/** Rows in groups by `of`; `what` was done to each: faults, cuts. */
export const table = <R extends Counted>(
  title: string,
  what: string,
  rows: readonly R[],
  of: (row: R) => string,
): string => {
  const groups = Map.groupBy(rows, of)
  const lines = [...groups]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, all]) => {
      const wrong = all.filter((row) => row.violations.length > 0).length
      return `| ${name} | ${all.length} | ${count(all, 'before')} | ${count(all, 'after')} | ${wrong} |`
    })
  return [
    `| ${title} | ${what} | all as before | all as planned | violations |`,
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

/** Verbs of the step language and actions that no fault struck. */
export const untouched = (rows: readonly Row[]): readonly string[] => {
  const struck = new Set(rows.map((row) => row.verb))
  return [...builtinKinds.byVerb.keys(), 'RELOAD', 'RESTART', 'RUN'].filter((verb) => !struck.has(verb))
}

export const report = (rows: readonly Row[], order: readonly string[], scenarios: number): string =>
  [
    table('verb and fault', 'faults', rows, (row) => `${row.verb}: ${row.fault}`),
    table(
      'last record of the journal',
      'faults',
      rows.filter((row) => row.verb !== 'a whole run'),
      (row) => row.point,
    ),
    `Verbs that no fault struck: ${untouched(rows).join(', ') || 'none'}.`,
    `Order of what is brought to the disk: ${scenarios} transactions traced, ${order.length} calls too early.`,
  ].join('\n\n')

const page = join(import.meta.dirname, '../docs/reliability.md')

/** What is tried is the checkout as it was when the campaign began. */
const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
  encoding: 'utf8',
  cwd: join(page, '../..'),
}).trim()

/** Puts a report into its section of docs/reliability.md, dated by commit. `made`: by which command, also its mark. */
export const writeSection = (made: string, text: string, lastLine: string): void => {
  const [begin, end] = [`<!-- ${made} -->`, '<!-- end -->']
  const now = readFileSync(page, 'utf8')
  const [from, to] = [now.indexOf(begin), now.indexOf(end, now.indexOf(begin))]
  if (from === -1 || to === -1) throw new Error(`${page} has no place for what is ${made}`)
  const day = new Date().toISOString().slice(0, 10)
  const section = `${begin}\n\nOf commit ${commit}, ${day}: ${lastLine}.\n\n${text}\n\n`
  writeFileSync(page, `${now.slice(0, from)}${section}${now.slice(to)}`)
}

export const writeReport = (text: string, lastLine: string): void =>
  writeSection('made by ./dev chaos --write', text, lastLine)
