import { existsSync, realpathSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import type { Report } from './to-json.ts'

const leaves = (root: string, path: string): boolean => {
  const way = relative(root, path)
  return way === '..' || way.startsWith('../')
}

/**
 * A path written beside `moduleFile`, as a path below the config root: `files/app.conf`. Links are followed, so that
 * none leads out. Refused paths are reported and yield undefined.
 */
export const sourcePath = (
  root: string,
  moduleFile: string | undefined,
  written: string,
  report: Report,
): string | undefined => {
  const path = resolve(moduleFile === undefined ? root : dirname(moduleFile), written)
  if (leaves(root, path)) {
    report({
      code: 'source-outside',
      summary: `source '${written}' lies outside the config repository`,
      hint: 'Move the file below the folder of the config; a document must be complete without other folders.',
    })
    return undefined
  }
  if (!existsSync(path)) {
    report({
      code: 'source-missing',
      summary: `source '${written}' does not exist`,
      detail: `Looked for ${relative(root, path)} below the config root; source is relative to the calling module.`,
    })
    return undefined
  }
  if (leaves(realpathSync(root), realpathSync(path))) {
    report({ code: 'source-outside', summary: `source '${written}' is a link that leaves the config repository` })
    return undefined
  }
  return relative(root, path) || '.'
}
