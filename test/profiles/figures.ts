import { nameTables } from '../../src/profiles/names/index.ts'
import { families } from '../../src/profiles/names/table.ts'
import { categories } from '../../src/profiles/profile.ts'

const count = <T>(list: readonly T[], fits: (one: T) => boolean): number => list.filter(fits).length

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |\n`

/** A Markdown table: how many things the tables have, and how many of them were looked up for each family. */
export const figures = (): string => {
  const lines = categories.flatMap((category) => {
    const rows = nameTables.flatMap((table) => (table.category === category ? table.rows : []))
    if (rows.length === 0) return []
    const different = count(rows, ({ by }) => new Set(families.map((family) => by[family].value)).size > 1)
    const looked = families.map((family) => count(rows, ({ by }) => by[family].checked !== undefined))
    return [row([category, rows.length, rows.flatMap(({ names }) => names).length, different, ...looked])]
  })
  const head = [
    '',
    'things',
    'names for them',
    'called differently',
    ...families.map((family) => `looked up: ${family}`),
  ]
  return `${row(head)}${row(head.map((_, at) => (at === 0 ? '---' : '--:')))}${lines.join('')}`
}
