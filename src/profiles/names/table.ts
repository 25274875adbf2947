import { type Category, categories, type Names, type ProfileEntry } from '../profile.ts'
import { placeNote } from './places.ts'

/** The columns of a table: distributions that call things alike. */
export const families = ['debian', 'rhel', 'arch', 'alpine', 'suse'] as const
export type Family = (typeof families)[number]

/** What a family calls a thing; `checked` says where and when that was looked up, and is missing where it was not. */
export interface FamilyName {
  readonly value: string
  readonly checked?: string
}

/** One thing: the names that people use for it, and the name of each family. */
export interface NameRow {
  readonly names: readonly string[]
  readonly by: Readonly<Record<Family, FamilyName>>
}

export interface NameTable {
  readonly category: Category
  readonly rows: readonly NameRow[]
}

/**
 * Reads a table as people write it:
 *
 *     name          | debian =bookworm | rhel    | arch     | alpine  | suse
 *     apache, httpd | apache2          | httpd ? | apache   | apache2 | apache2
 *
 * `=bookworm` after a name is the place (`places.ts`) where it was looked up, `?` says that it is unverified.
 * A name with neither has the mark of its column, and is unverified where the column has none.
 */
export const nameTable = (category: Category, text: string): NameTable => {
  const [head = [], ...lines] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()))
  const columns = head.slice(1).map(cellOf)
  if (columns.map(({ value }) => value).join(' ') !== families.join(' '))
    throw new Error(`a table of ${category} has the columns ${head.join(', ')}`)
  return { category, rows: lines.map((cells) => rowOf(cells, columns)) }
}

interface Cell {
  readonly value: string
  /** A word of `places.ts`, or `?`. */
  readonly mark?: string
}

const cellOf = (text: string): Cell => {
  const [, value = '', mark] = /^(\S+)(?:\s+(?:=(?=\S)|(?=\?$))(\S+))?$/.exec(text) ?? []
  if (value === '') throw new Error(`'${text}' is not a name with at most one mark`)
  return mark === undefined ? { value } : { value, mark }
}

const rowOf = (cells: readonly string[], columns: readonly Cell[]): NameRow => {
  const [first = '', ...values] = cells
  if (values.length !== columns.length) throw new Error(`'${first}' has ${values.length} names for ${columns.length}`)
  const at = (family: Family): FamilyName => {
    const column = families.indexOf(family)
    const { value, mark = columns[column]?.mark ?? '?' } = cellOf(values[column] ?? '')
    return mark === '?' ? { value } : { value, checked: placeNote(mark) }
  }
  const by = { debian: at('debian'), rhel: at('rhel'), arch: at('arch'), alpine: at('alpine'), suse: at('suse') }
  return { names: first.split(/,\s*/), by }
}

interface FamilyEntry extends ProfileEntry {
  readonly checked: { readonly [C in Category]?: Names }
}

/** The entry of a family: its column of every table. */
export const familyEntry = (id: Family, inherits: string, tables: readonly NameTable[]): FamilyEntry => {
  const own = tables.flatMap(({ category, rows }) =>
    rows.flatMap(({ names, by }) => names.map((name) => ({ category, name, ...by[id] }))),
  )
  const byCategory = (part: 'value' | 'checked'): { readonly [C in Category]?: Names } =>
    Object.fromEntries(
      categories.map((category) => [
        category,
        Object.fromEntries(
          own.flatMap((one) => {
            const said = one.category === category ? one[part] : undefined
            return said === undefined ? [] : [[one.name, said]]
          }),
        ),
      ]),
    )
  return { id, inherits, ...byCategory('value'), checked: byCategory('checked') }
}
