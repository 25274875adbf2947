import { readFileSync } from 'node:fs'
import type { Source } from '../diagnostics/diagnostic.ts'

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Finds where a part of a `defineSite` literal is written: the names of the path, each after the one before. A plain
 * search, which is right for literals and falls back to the nearest name found; values made elsewhere have no place here.
 */
export const locateInModule = (
  definedAt: Source | undefined,
): ((path: readonly PropertyKey[]) => Source | undefined) => {
  if (definedAt === undefined) return () => undefined
  let text: string
  try {
    text = readFileSync(definedAt.file, 'utf8')
  } catch {
    return () => definedAt
  }
  const start = text
    .split('\n')
    .slice(0, definedAt.line - 1)
    .join('\n').length
  return (path) => {
    let from = start
    let found: number | undefined
    for (const key of path) {
      if (typeof key !== 'string') break
      const name = new RegExp(`(?<![\\w$.])(['"]?)${quoted(key)}\\1\\s*:`, 'g')
      name.lastIndex = from
      const match = name.exec(text)
      if (match === null) break
      found = match.index
      from = match.index + match[0].length
    }
    if (found === undefined) return definedAt
    const before = text.slice(0, found).split('\n')
    return { file: definedAt.file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }
}
