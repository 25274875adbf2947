import { AsyncLocalStorage } from 'node:async_hooks'
import type { Diagnostic, Source } from '../diagnostics/diagnostic.ts'
import type { Resource } from './document.ts'

/**
 * What one run of `configure` gathers for one host. It is `open` while `configure` runs, `closing` for one turn of the
 * event loop after it settled (so that forgotten `await`s are reported), then `closed`.
 */
export interface Collector {
  readonly host: string
  /** Absolute folder of the config; positions and `source` paths are relative to it. */
  readonly root: string
  /** Where the site was defined, for errors that need a second place. */
  readonly definedAt?: Source
  readonly resources: Resource[]
  readonly diagnostics: Diagnostic[]
  readonly handles: WeakSet<object>
  state: 'open' | 'closing' | 'closed'
  /** Set by front ends that are data (YAML): the position of the node being read, absolute file. */
  position?: Source
}

export const newCollector = (host: string, root: string, definedAt?: Source): Collector => ({
  host,
  root,
  ...(definedAt === undefined ? {} : { definedAt }),
  resources: [],
  diagnostics: [],
  handles: new WeakSet(),
  state: 'open',
})

const storageName = Symbol.for('hexis.collector')
const shared = globalThis as { [storageName]?: AsyncLocalStorage<Collector> }

/**
 * The collector of the code that runs now. Kept on the global object: where Hexis is loaded twice in one process
 * (bundled and from sources), both must register with the same host.
 */
export const collectors: AsyncLocalStorage<Collector> = shared[storageName] ?? new AsyncLocalStorage<Collector>()
shared[storageName] = collectors
