import { z } from 'zod'
import type { Source } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { schemaIssues } from '../diagnostics/schema-issues.ts'

const units: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 }

/** `512MiB` in bytes; undefined where it is no size. */
const sizeBytes = (text: string): number | undefined => {
  const [, number, unit = ''] = /^([1-9]\d{0,5})(KiB|MiB|GiB|TiB)$/.exec(text) ?? []
  return number === undefined ? undefined : Number(number) * (units[unit] ?? 0)
}

/** What hosts keep of the past, as it is written. */
export const retentionDeclaration = z.strictObject({
  generations: z.int().min(2).max(10_000).optional(),
  days: z.int().min(1).max(36_500).optional(),
  size: z
    .string()
    .refine((text) => sizeBytes(text) !== undefined, 'a size such as 512MiB or 2GiB is expected')
    .optional(),
})

/** What a host keeps when the config says nothing: a year, a hundred generations, a gibibyte. */
const defaults = { generations: 100, days: 365, size: '1GiB' } as const

/** The `retention` of a site, checked. Throws a `DiagnosticError` with all that is wrong. */
export const retentionOf = (
  written: unknown,
  locate: (path: readonly PropertyKey[]) => Source | undefined,
): { readonly generations: number; readonly days: number; readonly sizeBytes: number } => {
  const issues = schemaIssues(retentionDeclaration, written ?? {}, 'retention')
  if (issues.length > 0)
    throw new DiagnosticError(
      issues.map(({ path, ...issue }) => {
        const source = locate(['retention', ...path])
        return { severity: 'error' as const, ...issue, ...(source === undefined ? {} : { source }) }
      }),
    )
  const { generations, days, size } = retentionDeclaration.parse(written ?? {})
  return {
    generations: generations ?? defaults.generations,
    days: days ?? defaults.days,
    sizeBytes: sizeBytes(size ?? defaults.size) ?? 0,
  }
}
