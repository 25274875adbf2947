import type { Source } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { type ProfileEntry, profileMistakes, profiles } from '../profiles/index.ts'

/**
 * The `profiles` of a site, checked. Throws a `DiagnosticError` with all that is wrong.
 *
 * @example ownProfiles([{ id: 'debian/12', packages: { editor: 'vim-tiny' } }], undefined)
 */
export const ownProfiles = (written: unknown, source: Source | undefined): readonly ProfileEntry[] => {
  if (written === undefined) return []
  const where = source === undefined ? {} : { source }
  if (!Array.isArray(written)) {
    const hint = "Write: profiles: [{ id: 'debian/12', packages: { … } }]"
    throw new DiagnosticError({
      severity: 'error',
      code: 'wrong-type',
      summary: 'profiles must be a list',
      hint,
      ...where,
    })
  }
  const mistakes = profileMistakes(profiles, written)
  if (mistakes.length > 0) throw new DiagnosticError(mistakes.map((mistake) => ({ ...where, ...mistake })))
  return written
}
