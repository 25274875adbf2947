import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Diagnostic, Source } from '../diagnostics/diagnostic.ts'
import { collectors, newCollector } from '../document/collector.ts'
import type { HostDocument } from '../document/document.ts'
import { mergeResources } from '../document/merge.ts'
import { failureDiagnostics } from './failure.ts'

/** What one run of `configure` for one host gave. The document is there only when nothing went wrong. */
export interface Evaluation {
  readonly document?: HostDocument
  /** Where something went wrong: what was declared all the same, to be looked at for more mistakes and nothing else. */
  readonly incomplete?: HostDocument
  readonly diagnostics: readonly Diagnostic[]
}

export interface EvaluateOptions {
  readonly site: string
  readonly host: string
  /** Absolute folder of the config. */
  readonly root: string
  readonly definedAt?: Source
}

/**
 * Runs `configure` with a collector of its own. It stays for one turn of the event loop after `configure` settled, so
 * that a forgotten `await` is reported instead of lost.
 */
export const evaluateHost = async (options: EvaluateOptions, configure: () => unknown): Promise<Evaluation> => {
  const { site, host, root } = options
  const collector = newCollector(host, root, options.definedAt)
  try {
    await collectors.run(collector, async () => await configure())
  } catch (error) {
    collector.diagnostics.push(
      ...failureDiagnostics(error, {
        root,
        host,
        what: `configure(${host}) threw`,
        ...(options.definedAt === undefined ? {} : { fallback: options.definedAt }),
      }),
    )
  }
  collector.state = 'closing'
  await nextTurn()
  collector.state = 'closed'
  const merged = mergeResources(collector.resources, host)
  const diagnostics = [...collector.diagnostics, ...merged.diagnostics]
  const document: HostDocument = { format: 'document/1', site, host, resources: merged.resources }
  return diagnostics.some((d) => d.severity === 'error')
    ? { incomplete: document, diagnostics }
    : { document, diagnostics }
}
