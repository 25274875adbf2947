import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Marks modules of a config; each load has another number, so that a second load reads the files again. */
const marker = 'hexis-load'
const sources = new URL('../', import.meta.url)

/** Names that mean the running Hexis, wherever the config lies. */
const entries: ReadonlyMap<string, string> = new Map([
  ['hexis', new URL('index.ts', sources).href],
  ['hexis/resources', new URL('resources/index.ts', sources).href],
])

let installed = false
let loads = 0

/** The address under which the config at `file` is loaded afresh. */
export const freshAddress = (file: string): string => {
  if (!installed) install()
  installed = true
  const url = pathToFileURL(file)
  url.searchParams.set(marker, String(++loads))
  return url.href
}

const markOf = (url: string | undefined): string | undefined =>
  url?.startsWith('file:') === true ? (new URL(url).searchParams.get(marker) ?? undefined) : undefined

const isTypeScript = (url: URL): boolean => /\.m?ts$/.test(url.pathname)
const isInstalled = (url: URL): boolean => url.pathname.includes('/node_modules/')

const install = (): void => {
  registerHooks({
    resolve(specifier, context, next) {
      const own = entries.get(specifier)
      if (own !== undefined) return { url: own, format: 'module-typescript', shortCircuit: true }
      const mark = markOf(context.parentURL)
      const resolved = next(specifier, context)
      if (mark === undefined || !resolved.url.startsWith('file:') || resolved.url.startsWith(sources.href))
        return resolved
      const url = new URL(resolved.url)
      // Installed packages keep one instance, as everywhere; only their TypeScript needs this loader.
      if (isInstalled(url) && !isTypeScript(url)) return resolved
      url.searchParams.set(marker, mark)
      return { ...resolved, url: url.href }
    },
    load(address, context, next) {
      const mark = markOf(address)
      const url = new URL(address)
      if (mark === undefined) return next(address, context)
      if (!isTypeScript(url)) {
        // A folder without package.json holds modules; saying so keeps Node from guessing and warning.
        return next(
          address,
          context.format === undefined || context.format === null ? { ...context, format: 'module' } : context,
        )
      }
      const source = readFileSync(fileURLToPath(url), 'utf8')
      if (!isInstalled(url)) return { format: 'module-typescript', source, shortCircuit: true }
      return { format: 'module', source: withoutTypes(source), shortCircuit: true }
    },
  })
}

/** Node refuses TypeScript below node_modules, and warns once of the function that does not; a config may have both. */
const withoutTypes = (source: string): string => {
  const emitWarning = process.emitWarning
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(source, { mode: 'strip' })
  } finally {
    process.emitWarning = emitWarning
  }
}
