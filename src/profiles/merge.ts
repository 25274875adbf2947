import { z } from 'zod'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { schemaIssues } from '../diagnostics/schema-issues.ts'
import type { ProfileDatabase, ProfileEntry } from './profile.ts'
import { categories } from './profile.ts'

const names = z.record(z.string().min(1), z.string().min(1)).optional()

const entrySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9_.-]+(\/[a-z0-9_.-]+)?$/, 'an id is a distribution, or distribution/version'),
  inherits: z.string().optional(),
  packages: names,
  services: names,
  groups: names,
  paths: names,
  managers: names,
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
    merged.set(entry.id, { ...below, ...entry, ...Object.fromEntries(tables) })
  }
  return merged
}

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
