import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'

/** Names of a config, in the order in which a folder is searched. */
export const configNames = ['site.ts', 'hexis.yaml'] as const

export interface FindOptions {
  /** `--config FILE`: exactly this one. */
  readonly config?: string
}

const notFound = (summary: string, hint: string): DiagnosticError =>
  new DiagnosticError({ severity: 'error', code: 'no-config', summary, hint })

/** The config for a working directory: `site.ts` or `hexis.yaml` there or above. @throws DiagnosticError without one */
export const findConfig = (cwd: string, options: FindOptions = {}): string => {
  if (options.config !== undefined) {
    const file = resolve(cwd, options.config)
    if (!existsSync(file)) throw notFound(`there is no config ${options.config}`, 'Check --config.')
    return statSync(file).isDirectory() ? findConfig(file) : file
  }
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    for (const name of configNames) {
      const file = join(directory, name)
      if (existsSync(file)) return file
    }
    if (directory === dirname(directory)) break
  }
  throw notFound(
    `no ${configNames.join(' or ')} here or in any folder above`,
    'Make one with `hexis init DIR`, or point to one with -C DIR or --config FILE.',
  )
}
