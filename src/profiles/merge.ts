import { z } from 'zod'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { schemaIssues } from '../diagnostics/schema-issues.ts'
import type { Category, Names, ProfileDatabase, ProfileEntry } from './profile.ts'
import { categories, noteOf } from './profile.ts'

const names = z.record(z.string().min(1), z.string().min(1)).optional()

const entrySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9_.-]+(\/[a-z0-9_.-]+)?$/, 'an id is a distribution, or distribution/version'),
  inherits: z.string().optional(),
  packages: names,
  services: names,
  groups: names,
  paths: names,
  managers: names,
  rolling: z.boolean().optional(),
  checked: z.union([z.string().min(1), z.partialRecord(z.enum(categories), names)]).optional(),
})

/** The database with the entries of a config repository laid over it: same id = rows added and overridden. */
export const mergeProfiles = (builtin: ProfileDatabase, extra: readonly ProfileEntry[]): ProfileDatabase => {
  const merged = new Map(builtin)
  for (const entry of extra) {
    const below = merged.get(entry.id)
    const tables = categories.flatMap((category) => {
      const table = { ...below?.[category], ...entry[category] }
      return Object.keys(table).length === 0 ? [] : [[category, table] as const]
    })
    const checked = below === undefined ? entry.checked : checkedOver(below, entry)
    const notes = checked === undefined ? {} : { checked }
    merged.set(entry.id, { ...below, ...entry, ...Object.fromEntries(tables), ...notes })
  }
  return merged
}

/** What is known of the names of both; a name that is overridden has the note of its override, or none. */
const checkedOver = (below: ProfileEntry, entry: ProfileEntry): ProfileEntry['checked'] =>
  Object.fromEntries(
    categories.map((category) => [
      category,
      { ...notesOf(below, category, entry[category]), ...notesOf(entry, category) },
    ]),
  )

const notesOf = (entry: ProfileEntry, category: Category, except: Names = {}): Names =>
  Object.fromEntries(
    Object.keys(entry[category] ?? {}).flatMap((name) => {
      const note = Object.hasOwn(except, name) ? undefined : noteOf(entry, category, name)
      return note === undefined ? [] : [[name, note]]
    }),
  )

/** What is wrong with entries that a config repository brings: their form, and parents that do not exist. */
export const profileMistakes = (builtin: ProfileDatabase, extra: readonly unknown[]): readonly Diagnostic[] => {
  const ids = new Set([...builtin.keys(), ...extra.flatMap((entry) => idOf(entry) ?? [])])
  return extra.flatMap((entry, index) => {
    const subject = `profile ${idOf(entry) ?? index + 1}`
    const issues = schemaIssues(entrySchema, entry, subject).map(
      (issue): Diagnostic => ({
        severity: 'error',
        code: issue.code,
        summary: `${subject}: ${issue.summary}`,
        ...(issue.hint === undefined ? {} : { hint: issue.hint }),
      }),
    )
    const parsed = entrySchema.safeParse(entry)
    const parent = parsed.success ? parsed.data.inherits : undefined
    if (parent === undefined || ids.has(parent)) return issues
    const summary = `${subject} inherits from ${parent}, which does not exist`
    return [...issues, { severity: 'error', code: 'unknown-profile', summary }]
  })
}

const idOf = (entry: unknown): string | undefined =>
  typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string' ? entry.id : undefined
