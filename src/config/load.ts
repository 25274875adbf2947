import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { failureDiagnostics } from './failure.ts'
import type { LoadedConfig } from './loaded.ts'

/** Loads `site.ts` or `hexis.yaml`. @throws DiagnosticError with everything that is wrong with it */
export const loadConfig = async (file: string): Promise<LoadedConfig> => {
  const real = realpathSync(file)
  const root = dirname(real)
  try {
    if (/\.ya?ml$/.test(real)) return await (await import('./yaml/load-yaml.ts')).loadYaml(real, root)
    return await (await import('./load-site.ts')).loadSite(real, root)
  } catch (error) {
    throw new DiagnosticError(
      failureDiagnostics(error, {
        root,
        what: 'the config cannot be loaded',
        fallback: { file: real, line: 1, column: 1 },
      }),
    )
  }
}
