import { writeFileSync } from 'node:fs'

/** The middle one; of an even count the upper. */
export const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

/** How long it took, in seconds. */
export const seconds = async (work: () => unknown): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

/** A budget: a figure that was measured against what it may be at most, or has to be at least. */
export interface Budget {
  readonly what: string
  readonly value: number
  readonly atMost?: number
  readonly atLeast?: number
}

export const isKept = ({ value, atMost = Infinity, atLeast = -Infinity }: Budget): boolean =>
  value <= atMost && value >= atLeast

const limitOf = ({ atMost, atLeast }: Budget): string =>
  atMost === undefined ? `at least ${atLeast ?? 0}` : `at most ${atMost}`

/** Budgets as lines; a missed one says so. */
export const budgetLines = (budgets: readonly Budget[]): string =>
  budgets
    .map((budget) => {
      const { what, value } = budget
      return `${what.padEnd(52)}${value.toFixed(2).padStart(9)}  ${limitOf(budget).padEnd(14)} ${isKept(budget) ? 'kept' : 'MISSED'}\n`
    })
    .join('')

/** Rows of name, seconds and what else there is to say. */
export const rowLines = (rows: readonly (readonly [name: string, value: number, more?: string])[]): string =>
  rows.map(([name, value, more = '']) => `${name.padEnd(52)}${value.toFixed(2).padStart(9)} s  ${more}\n`).join('')

/** Writes the figures as one line of JSON where a file was named. */
export const writeFigures = (file: string | undefined, figures: unknown): void => {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(figures)}\n`)
}
