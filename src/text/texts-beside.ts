import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of Hexis's own: its path as seen from the module that asks, and what it holds. */
export type TextBeside = readonly [path: string, text: string]

/**
 * Texts that lie beside a module, sorted by path. No other code reads files of Hexis's own: where the single executable
 * is made, each call is replaced by its answer, and therefore spells its pattern out.
 */
export const textsBeside = (folder: string, pattern: string): readonly TextBeside[] =>
  globSync(pattern, { cwd: folder })
    .toSorted()
    .map((path) => [path, readFileSync(join(folder, path), 'utf8')])
