import { createHash } from 'node:crypto'
import type { Change } from '../../plan/plan.ts'
import type { Evaluated } from './evaluated.ts'

type Document = Evaluated['document']

/** Types of resources by the place where they are declared. */
const typesOf = (document: Document): ReadonlyMap<string, string> =>
  new Map(
    (document?.resources ?? []).map(({ source, type }) => [`${source.file}:${source.line}:${source.column}`, type]),
  )

/** What differs, counted by the type of resource that declared it; by the kind of state where none does any more. */
export const driftByType = (changes: readonly Change[], document: Document): Record<string, number> => {
  const types = typesOf(document)
  const counts: Record<string, number> = {}
  for (const { key, source } of changes) {
    const declared = source === undefined ? undefined : types.get(`${source.file}:${source.line}:${source.column}`)
    const type = declared ?? key.split(':', 1)[0] ?? 'other'
    counts[type] = (counts[type] ?? 0) + 1
  }
  return counts
}

const isLocal = ({ reason, conflict }: Change): boolean => reason === 'drift' || conflict

/** Something that somebody else changed on the host: what it is, where it is declared, and how it differs. */
const localChange = (change: Change, corrected: boolean): string => {
  const { key, source, diff } = change
  const at = source === undefined ? '' : ` (${source.file}:${source.line})`
  const what = corrected ? 'is set right again; what was found is kept' : 'is left as it is'
  return `changed locally: ${key}${at} ${what}${diff === undefined || diff === '' ? '' : `\n${diff.trimEnd()}`}`
}

/** Says local changes, each once as long as it stays the same. */
export class LocalChanges {
  #told = new Set<string>()

  lines(changes: readonly Change[], corrected: boolean): readonly string[] {
    const now = changes.filter(isLocal).map((change) => localChange(change, corrected && !change.audit))
    const named = now.map((line) => [createHash('sha256').update(line).digest('hex'), line] as const)
    const fresh = named.filter(([digest]) => corrected || !this.#told.has(digest))
    this.#told = new Set(named.map(([digest]) => digest))
    return fresh.map(([, line]) => line)
  }
}
