import type { Diagnostic, Source } from '../../diagnostics/diagnostic.ts'
import { nearestHint } from '../../diagnostics/nearest.ts'
import type { Collector } from '../../document/collector.ts'
import { collectors } from '../../document/collector.ts'
import { relativeSource } from '../../document/relative-source.ts'
import { failureDiagnostics } from '../failure.ts'
import { entrySettings } from './schema.ts'
import type { YamlTree } from './tree.ts'
import { propsFromYaml } from './values.ts'

/** What `hexis/resources` exports: YAML calls the same functions as TypeScript, so both give the same document. */
export type ResourceFunctions = Readonly<Record<string, unknown>>

type Entry = Readonly<Record<string, unknown>>

/** Declares everything of one entry of `configure` for the host of the current collector. */
export const registerEntry = (
  entry: Entry,
  at: readonly PropertyKey[],
  tree: YamlTree,
  functions: ResourceFunctions,
): void => {
  const collector = collectors.getStore()
  if (collector === undefined) throw new Error('an entry is registered without a host')
  for (const [type, value] of Object.entries(entry)) {
    if (entrySettings.some((name) => name === type)) continue
    registerType({ type, value, at: [...at, type], tree, functions, collector })
  }
  delete collector.position
}

interface Declared {
  readonly type: string
  readonly value: unknown
  readonly at: readonly PropertyKey[]
  readonly tree: YamlTree
  readonly functions: ResourceFunctions
  readonly collector: Collector
}

const registerType = (declared: Declared): void => {
  const { type, value, at, tree, functions, collector } = declared
  const declareOne = Object.hasOwn(functions, type) ? functions[type] : undefined
  if (typeof declareOne !== 'function') {
    report(collector, tree.locate(at), unknownResource(type, functions))
    return
  }
  for (const { id, props, path } of identities(value, at)) {
    const source = tree.locate(path)
    const values = propsFromYaml(props)
    if (id === undefined || values === undefined) {
      report(collector, source, {
        code: 'wrong-type',
        summary: `${type} takes names with their properties, or a list of names`,
      })
      continue
    }
    collector.position = source
    const before = collector.resources.length + collector.diagnostics.length
    try {
      declareOne(id, values)
    } catch (error) {
      const what = `${type} '${id}'`
      const found = failureDiagnostics(error, { root: collector.root, host: collector.host, what, fallback: source })
      collector.diagnostics.push(...found.map((d) => ({ source, ...d })))
    }
    if (collector.resources.length + collector.diagnostics.length > before) continue
    report(collector, source, unknownResource(type, functions))
    return
  }
}

interface Identity {
  readonly id: string | undefined
  readonly props: unknown
  readonly path: readonly PropertyKey[]
}

/** `{ a: {…}, b: {…} }` or `[a, b]`, also mixed: `[a, { b: {…} }]`. */
const identities = (value: unknown, at: readonly PropertyKey[]): readonly Identity[] => {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      typeof item === 'object' && item !== null
        ? identities(item, [...at, index])
        : [{ id: typeof item === 'string' ? item : undefined, props: {}, path: [...at, index] }],
    )
  }
  if (typeof value !== 'object' || value === null) return [{ id: undefined, props: undefined, path: at }]
  return Object.entries(value).map(([id, props]) => ({ id, props, path: [...at, id] }))
}

const unknownResource = (type: string, functions: ResourceFunctions): Pick<Diagnostic, 'code' | 'summary' | 'hint'> => {
  const hint = nearestHint(
    type,
    Object.keys(functions).filter((name) => name !== type),
  )
  return { code: 'unknown-resource', summary: `unknown resource '${type}'`, ...(hint === undefined ? {} : { hint }) }
}

const report = (collector: Collector, source: Source, what: Pick<Diagnostic, 'code' | 'summary' | 'hint'>): void => {
  const at = relativeSource(collector.root, source)
  collector.diagnostics.push({ severity: 'error', ...what, source: at, host: collector.host })
}
