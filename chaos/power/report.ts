import { table, writeSection } from '../report.ts'
import { type Cut, nameOf } from './cuts.ts'

/** What the record that was the last one on the disk means. */
const pointNames: Readonly<Record<string, string>> = {
  none: 'nothing on the disk',
  begin: 'begun',
  batch: 'a batch under way',
  done: 'a batch done',
  commit: 'committed',
}

export const powerReport = (cuts: readonly Cut[]): string => {
  const rows = cuts.map((cut) => ({
    ground: nameOf(cut.ground),
    point: cut.inside ? (pointNames[cut.point] ?? cut.point) : 'the transaction had ended',
    ended: cut.ended,
    violations: cut.violations,
  }))
  return [
    table('file system and host', 'cuts', rows, (row) => row.ground),
    table('last record of the journal on the disk', 'cuts', rows, (row) => row.point),
  ].join('\n\n')
}

export const writePowerReport = (text: string, lastLine: string): void =>
  writeSection('made by ./dev powercut --write', text, lastLine)
