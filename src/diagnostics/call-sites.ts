import { fileURLToPath } from 'node:url'
import type { Source } from './diagnostic.ts'

/** Frames looked at first: a resource function called by `configure` or by a module of the config is within them. */
const nearFrames = 8
/** Frames looked at where that was not enough; modules of a config nest far less. */
const farFrames = 64

/** The folder of Hexis's own sources: frames below it are never what a person wrote. */
const ownSources = fileURLToPath(new URL('../', import.meta.url))

const pathOf = (name: string): string | undefined => {
  if (name.startsWith('file://')) return fileURLToPath(name.replace(/[?#].*$/, ''))
  return name.startsWith('/') ? name.replace(/\?.*$/, '') : undefined
}

/** Tests lie beside the code that they test, yet speak as a config would. */
const isOwn = (file: string): boolean => file.startsWith(ownSources) && !/\.test\.ts$/.test(file)

interface Place {
  readonly file: string
  readonly own: boolean
}

/** By the name that the engine has for a script: hundreds of thousands of frames are of a handful of files. */
const places = new Map<string, Place | undefined>()

const placeOf = (name: string | null | undefined): Place | undefined => {
  if (name === null || name === undefined) return undefined
  if (places.has(name)) return places.get(name)
  const file = pathOf(name)
  const place = file === undefined ? undefined : { file, own: isOwn(file) }
  places.set(name, place)
  return place
}

/**
 * Where a person's code called into Hexis, innermost frame first, up to the frame that Hexis called (`configure`).
 * Files are absolute. Structured call sites are used because parsing stacks is four times slower.
 */
export const callSites = (): readonly Source[] => {
  const prepare = Error.prepareStackTrace
  const limit = Error.stackTraceLimit
  try {
    Error.prepareStackTrace = (_error, sites) => sites
    return captured(nearFrames) ?? captured(farFrames) ?? []
  } finally {
    Error.prepareStackTrace = prepare
    Error.stackTraceLimit = limit
  }
}

/** Undefined where there may be more frames of a person than so many. */
const captured = (frames: number): readonly Source[] | undefined => {
  const holder: { stack?: unknown } = {}
  Error.stackTraceLimit = frames
  Error.captureStackTrace(holder, callSites)
  const sites = holder.stack as readonly NodeJS.CallSite[]
  const found: Source[] = []
  for (const site of sites) {
    const place = placeOf(site.getFileName())
    if (place === undefined) continue
    if (!place.own)
      found.push({ file: place.file, line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 })
    else if (found.length > 0) return found
  }
  return sites.length < frames || frames === farFrames ? found : undefined
}
