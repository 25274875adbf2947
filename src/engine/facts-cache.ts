import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Facts } from '../host/session.ts'

const fileOf = (root: string, host: string): string => join(root, '.hexis', 'facts', `${encodeURIComponent(host)}.json`)

/** What the host said last time, for commands that contact nobody. */
export const cachedFacts = (root: string, host: string): Facts | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(fileOf(root, host), 'utf8'))
    return typeof value === 'object' && value !== null ? (value as Facts) : undefined
  } catch {
    return undefined // no cache, or a damaged one: the host is asked again next time
  }
}

/** Best effort: a config folder that cannot be written (CI, another user) only loses the cache. */
export const cacheFacts = (root: string, host: string, facts: Facts): void => {
  try {
    mkdirSync(join(root, '.hexis', 'facts'), { recursive: true })
    writeFileSync(fileOf(root, host), `${JSON.stringify(facts, null, 2)}\n`)
  } catch {
    // nothing to do: see above
  }
}
