import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import { placeEditorTypes } from './editor-types.ts'
import { configNames } from './find.ts'
import { gitignoreText, packageText, readmeText, siteText, tsconfigText } from './init-texts.ts'

const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40) || 'site'

/**
 * Makes a config repository that runs at once, against a folder instead of a machine. Files that exist are left alone;
 * a folder that has a config already gets the types for the editor if it lacks them, and is refused otherwise. Gives the
 * names of the files written.
 */
export const initConfig = async (directory: string): Promise<readonly string[]> => {
  const root = resolve(directory)
  const types = join(root, '.hexis/hexis')
  for (const name of configNames) {
    if (!existsSync(join(root, name))) continue
    if (!existsSync(types)) return [await typesInto(types)]
    throw new DiagnosticError({
      severity: 'error',
      code: 'config-exists',
      summary: `${directory} has a ${name} already`,
      hint: 'Choose another folder; nothing was written.',
    })
  }
  const slug = slugOf(basename(root))
  const files: readonly (readonly [string, string])[] = [
    ['site.ts', siteText(`${slug}-${randomBytes(4).toString('hex')}`)],
    ['package.json', packageText(slug)],
    ['tsconfig.json', tsconfigText],
    ['README.md', readmeText(basename(root))],
    ['.gitignore', gitignoreText],
  ]
  await mkdir(join(root, 'sandbox'), { recursive: true })
  await mkdir(join(root, '.hexis'), { recursive: true })
  const written: string[] = []
  for (const [name, text] of files) {
    if (await writeNew(join(root, name), text)) written.push(name)
  }
  await placeEditorTypes(types)
  return written
}

/** Types are in no repository: a fresh clone lacks them. */
const typesInto = async (place: string): Promise<string> => {
  await mkdir(dirname(place), { recursive: true })
  await placeEditorTypes(place)
  return '.hexis/hexis'
}

const isExists = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST'

const writeNew = async (file: string, text: string): Promise<boolean> => {
  try {
    await writeFile(file, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (isExists(error)) return false
    throw error
  }
}
