import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { isHeld, partsOf } from '../text/held.ts'
import type { Collector } from './collector.ts'
import type { Json } from './document.ts'
import { isHandle } from './handle.ts'

/** Collects a mistake of the resource being declared; position, host and key are added. */
export type Report = (diagnostic: Omit<Diagnostic, 'severity' | 'source' | 'host' | 'key'>) => void

/** Deeper than anything that people write; ends cycles. */
const depthLimit = 64

/**
 * A value of a config as document JSON: held text becomes `{ $text }`, a RegExp `{ regex, flags }`, a handle its
 * `type:id`. What is not data is reported and yields undefined.
 */
export const toJson = (
  value: unknown,
  path: string,
  collector: Collector,
  report: Report,
  depth = 0,
): Json | undefined => {
  const refuse = (what: string): undefined => {
    report({ code: 'not-data', summary: `${path} is ${what}; a document holds only data` })
    return undefined
  }
  if (depth > depthLimit) return refuse('nested too deeply or refers to itself')
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(`the number ${value}`)
  if (typeof value !== 'object') return refuse(`a ${typeof value}`)
  if (isHeld(value)) return { $text: partsOf(value) }
  if (value instanceof RegExp) return { regex: value.source, flags: value.flags }
  if (isHandle(value)) return handleRef(value, path, collector, report)
  if (Array.isArray(value)) {
    return value.map((item, index) => toJson(item, `${path}[${index}]`, collector, report, depth + 1) ?? null)
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype)
    return refuse(`an object of class ${value.constructor?.name}`)
  const out: Record<string, Json> = {}
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue
    const converted = toJson(item, `${path}.${name}`, collector, report, depth + 1)
    if (converted !== undefined) out[name] = converted
  }
  return out
}

/** `type:id` of a handle, refused when it was made for another host. */
export const handleRef = (
  handle: { readonly ref: string },
  path: string,
  collector: Collector,
  report: Report,
): string | undefined => {
  if (collector.handles.has(handle)) return handle.ref
  report({
    code: 'foreign-handle',
    summary: `${path} refers to ${handle.ref} as declared for another host`,
    hint: 'Declare it inside the same configure run; handles do not travel between hosts.',
  })
  return undefined
}
