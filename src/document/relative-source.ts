import { relative } from 'node:path'
import type { Source } from '../diagnostics/diagnostic.ts'

/** A position as people read it: relative to the config root where it lies below it. */
export const relativeSource = (root: string, source: Source): Source => {
  if (!source.file.startsWith('/')) return source
  const file = relative(root, source.file)
  return file === '' || file.startsWith('../') ? source : { ...source, file }
}
