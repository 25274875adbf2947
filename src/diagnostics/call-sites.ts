import { fileURLToPath } from 'node:url'
import type { Source } from './diagnostic.ts'

/** Frames looked at beyond Hexis's own; modules of a config nest far less. */
const frameLimit = 64

/** The folder of Hexis's own sources: frames below it are never what a person wrote. */
const ownSources = fileURLToPath(new URL('../', import.meta.url))

const pathOf = (name: string | null | undefined): string | undefined => {
  if (name === null || name === undefined) return undefined
  if (name.startsWith('file://')) return fileURLToPath(name.replace(/[?#].*$/, ''))
  return name.startsWith('/') ? name.replace(/\?.*$/, '') : undefined
}

/** Tests lie beside the code that they test, yet speak as a config would. */
const isOwn = (file: string): boolean => file.startsWith(ownSources) && !/\.test\.ts$/.test(file)

/**
 * Where a person's code called into Hexis, innermost frame first, up to the frame that Hexis called (`configure`).
 * Files are absolute. Structured call sites are used because parsing stacks is four times slower.
 */
export const callSites = (): readonly Source[] => {
  const prepare = Error.prepareStackTrace
  const limit = Error.stackTraceLimit
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = frameLimit
    Error.prepareStackTrace = (_error, sites) => sites
    Error.captureStackTrace(holder, callSites)
    return outside(holder.stack as readonly NodeJS.CallSite[])
  } finally {
    Error.prepareStackTrace = prepare
    Error.stackTraceLimit = limit
  }
}

const outside = (sites: readonly NodeJS.CallSite[]): readonly Source[] => {
  const found: Source[] = []
  for (const site of sites) {
    const file = pathOf(site.getFileName())
    if (file === undefined) continue
    if (isOwn(file)) {
      if (found.length > 0) break
      continue
    }
    found.push({ file, line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 })
  }
  return found
}
