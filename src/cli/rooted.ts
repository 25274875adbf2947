import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'

/** A `DiagnosticError` whose sources are relative to `root`, so that excerpts can be shown. */
export class RootedDiagnosticError extends DiagnosticError {
  readonly root: string
  constructor(diagnostics: readonly Diagnostic[], root: string) {
    super(diagnostics)
    this.root = root
  }
}

/** Runs `work`; what it throws as diagnostics gets the root that its sources are relative to. */
export const rooted = async <T>(root: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof DiagnosticError && !(thrown instanceof RootedDiagnosticError))
      throw new RootedDiagnosticError(thrown.diagnostics, root)
    throw thrown
  }
}
