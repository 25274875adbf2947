import type { Collector } from './collector.ts'
import type { DocumentAction, Resource } from './document.ts'
import { isHandle } from './handle.ts'
import type { Report } from './to-json.ts'
import { handleRef } from './to-json.ts'

export type CommonFields = Pick<Resource, 'after' | 'onChange' | 'restartOn' | 'onRemoval' | 'mode'>

/** Properties of every resource that are fields of the document and not of the resource's own schema. */
export const commonNames = ['after', 'onChange', 'restartOn', 'onRemoval', 'mode'] as const

/** `mode` of a file is its permissions; only these two words are the resource's mode. */
const isRunMode = (value: unknown): value is 'enforce' | 'audit' => value === 'enforce' || value === 'audit'

/** Parts the fields of every resource from the properties of this one. */
export const commonFields = (
  props: Readonly<Record<string, unknown>>,
  collector: Collector,
  report: Report,
): { readonly fields: CommonFields; readonly rest: Readonly<Record<string, unknown>> } => {
  const { after, onChange, restartOn, onRemoval, mode, ...others } = props
  const afterRefs = references(after, 'after', collector, report)
  const restartRefs = references(restartOn, 'restartOn', collector, report)
  const actions = list(onChange).flatMap((value) => action(value, collector, report))
  if (onRemoval !== undefined && onRemoval !== 'undo' && onRemoval !== 'keep') {
    report({ code: 'wrong-type', summary: `onRemoval must be 'undo' or 'keep'` })
  }
  return {
    fields: {
      ...(afterRefs.length === 0 ? {} : { after: afterRefs }),
      ...(actions.length === 0 ? {} : { onChange: actions }),
      ...(restartRefs.length === 0 ? {} : { restartOn: restartRefs }),
      ...(onRemoval === 'undo' || onRemoval === 'keep' ? { onRemoval } : {}),
      ...(isRunMode(mode) ? { mode } : {}),
    },
    rest: mode === undefined || isRunMode(mode) ? others : { ...others, mode },
  }
}

const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

const references = (value: unknown, name: string, collector: Collector, report: Report): readonly string[] =>
  list(value).flatMap((item) => {
    if (isHandle(item)) return handleRef(item, name, collector, report) ?? []
    if (typeof item === 'string' && /^[^:]+:./s.test(item)) return item
    report({
      code: 'wrong-type',
      summary: `${name} takes what a resource function returned, or 'type:id'`,
      ...(typeof item === 'string' ? { detail: `It is '${item}'.` } : {}),
    })
    return []
  })

const action = (value: unknown, collector: Collector, report: Report): readonly DocumentAction[] => {
  if (typeof value === 'object' && value !== null && 'action' in value && 'target' in value) {
    const { action: name, target } = value
    const known = name === 'reload' || name === 'restart' || name === 'run'
    if (isHandle(target)) handleRef(target, 'onChange', collector, report)
    const to = isHandle(target) ? target.id : target
    if (known && typeof to === 'string') return [{ action: name, target: to }]
  }
  report({
    code: 'wrong-type',
    summary: 'onChange takes reload(service), restart(service) or run(command)',
    hint: `Import them from 'hexis/resources'.`,
  })
  return []
}
