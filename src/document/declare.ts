import { callSites } from '../diagnostics/call-sites.ts'
import type { Diagnostic, Source } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Collector } from './collector.ts'
import { collectors } from './collector.ts'
import { commonFields } from './common-fields.ts'
import type { Json, Resource } from './document.ts'
import type { Handle } from './handle.ts'
import { newHandle } from './handle.ts'
import { relativeSource } from './relative-source.ts'
import { sourcePath } from './source-path.ts'
import type { Report } from './to-json.ts'
import { toJson } from './to-json.ts'

export type { Handle } from './handle.ts'

/** Looks at the properties as the document has them, beside files of the config repository, whose folder is `root`. */
export type Examine = (props: Readonly<Record<string, Json>>, root: string, report: Report) => void

export interface DeclareOptions {
  /**
   * Properties that are paths of the config repository, relative to the calling module; `key.source` is one inside of
   * another. Default: `source`.
   */
  readonly paths?: readonly string[]
  /** Finds mistakes that only show together with those files. */
  readonly examine?: Examine
}

/**
 * Registers one resource with the host being configured. Called by resource functions; the position of the person's
 * own line is found here. Mistakes in the properties are collected, so that all are shown at once.
 *
 * @throws DiagnosticError outside `configure`, where there is no host to register with.
 */
export const declare = (
  type: string,
  id: string,
  props: Readonly<Record<string, unknown>> = {},
  options: DeclareOptions = {},
): Handle => {
  const collector = collectors.getStore()
  const frames = collector?.position === undefined ? callSites() : [collector.position]
  const at = frames[0]
  if (collector === undefined) throw new DiagnosticError(outsideConfigure(type, id, at))
  const source = relativeSource(collector.root, at ?? { file: collector.root, line: 1, column: 1 })
  if (collector.state !== 'open') return tooLate(collector, type, id, source)
  const report = (diagnostic: Omit<Diagnostic, 'severity' | 'source' | 'host' | 'key'>): void => {
    collector.diagnostics.push({ severity: 'error', source, host: collector.host, key: `${type}:${id}`, ...diagnostic })
  }
  const { fields, rest } = commonFields({ ...props }, collector, report)
  const pathProps = options.paths ?? ['source']
  const json: Record<string, Json> = {}
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined) continue
    if (pathProps.includes(name) && typeof value === 'string') {
      const path = sourcePath(collector.root, at?.file, value, report)
      if (path !== undefined) json[name] = path
      continue
    }
    const converted = toJson(value, name, collector, report)
    if (converted === undefined) continue
    const inner = pathProps.find((path) => path.startsWith(`${name}.`))?.slice(name.length + 1) ?? ''
    const written = Object(converted)[inner]
    const path = typeof written === 'string' ? sourcePath(collector.root, at?.file, written, report) : undefined
    json[name] = path === undefined ? converted : { ...Object(converted), [inner]: path }
  }
  options.examine?.(json, collector.root, report)
  const via = frames.slice(1).map((frame) => relativeSource(collector.root, frame))
  const resource: Resource = { type, id, props: json, source, ...(via.length === 0 ? {} : { via }), ...fields }
  collector.resources.push(resource)
  return newHandle(type, id, collector)
}

const outsideConfigure = (type: string, id: string, at: Source | undefined): Diagnostic => ({
  severity: 'error',
  code: 'outside-configure',
  summary: `${type} '${id}' is declared outside of configure`,
  detail: 'A resource belongs to the host being configured; here there is none.',
  hint: 'Call it inside configure(host), or in a function that configure calls.',
  key: `${type}:${id}`,
  ...(at === undefined ? {} : { source: at }),
})

const tooLate = (collector: Collector, type: string, id: string, source: Source): Handle => {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'declared-too-late',
    summary: `${type} '${id}' is declared after configure of ${collector.host} had settled`,
    detail: 'What is declared later would be missing from the document by chance.',
    hint: 'Await the promise that leads here before configure returns.',
    source,
    host: collector.host,
    key: `${type}:${id}`,
    ...(collector.definedAt === undefined
      ? {}
      : {
          related: [{ source: relativeSource(collector.root, collector.definedAt), note: 'configure belongs to this' }],
        }),
  }
  if (collector.state === 'closed') throw new DiagnosticError(diagnostic)
  collector.diagnostics.push(diagnostic)
  return newHandle(type, id, collector)
}
