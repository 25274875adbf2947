import type { Collector } from './collector.ts'

const handleTag: unique symbol = Symbol.for('hexis.handle')

/** What a resource function returns: usable in `after`, `onChange` and `restartOn` of the same host. */
export interface Handle {
  readonly type: string
  readonly id: string
  /** `type:id`. */
  readonly ref: string
}

export const newHandle = (type: string, id: string, collector: Collector): Handle => {
  const handle = { type, id, ref: `${type}:${id}` }
  Object.defineProperty(handle, handleTag, { value: true })
  collector.handles.add(handle)
  return Object.freeze(handle)
}

export const isHandle = (value: unknown): value is Handle =>
  typeof value === 'object' && value !== null && handleTag in value
