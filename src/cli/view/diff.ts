import { inertLines } from '../inert.ts'
import type { Paint } from '../paint.ts'

const shortLines = 24

const paintLine = (line: string, paint: Paint): string => {
  if (line.startsWith('+++') || line.startsWith('---')) return paint('dim', line)
  if (line.startsWith('@@')) return paint('cyan', line)
  if (line.startsWith('+')) return paint('green', line)
  if (line.startsWith('-')) return paint('red', line)
  return line
}

/** A unified diff, inert and coloured; shortened unless `whole`. */
export const renderDiff = (diff: string, whole: boolean, indent: string, paint: Paint): readonly string[] => {
  const all = inertLines(diff).replace(/\n$/, '').split('\n')
  // The line above names the file already.
  const lines = all[0]?.startsWith('--- ') === true && all[1]?.startsWith('+++ ') === true ? all.slice(2) : all
  const shown = whole || lines.length <= shortLines + 1 ? lines : lines.slice(0, shortLines)
  const more = lines.length - shown.length
  return [
    ...shown.map((line) => `${indent}${paintLine(line, paint)}`),
    ...(more > 0 ? [`${indent}${paint('dim', `… ${more} more lines, --diff shows all`)}`] : []),
  ]
}
