import type { DiagnosticCode } from './codes.ts'

/** A place in a text file: 1-based line and column, `file` relative to the config root where it lies below it. */
export interface Source {
  readonly file: string
  readonly line: number
  readonly column: number
}

export type Severity = 'error' | 'warning'

/**
 * Something wrong (or doubtful) that a person can act on. Diagnostics are values: they are collected, sorted and
 * printed in one place (`src/cli`), never thrown as strings.
 */
export interface Diagnostic {
  readonly severity: Severity
  readonly code: DiagnosticCode
  /** One line: what happened. */
  readonly summary: string
  /** Why, in a few sentences; may hold several lines. */
  readonly detail?: string
  /** What to do next. */
  readonly hint?: string
  readonly source?: Source
  /** Other places that matter, e.g. the second owner of a key. */
  readonly related?: readonly { readonly source: Source; readonly note: string }[]
  readonly host?: string
  /** `kind:identity`, or a resource such as `file:/etc/motd`. */
  readonly key?: string
}

/** Carries diagnostics through code that has no better way; caught at the faces and wherever errors are collected. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[]
  constructor(diagnostics: readonly Diagnostic[] | Diagnostic) {
    const list = Array.isArray(diagnostics) ? (diagnostics as readonly Diagnostic[]) : [diagnostics as Diagnostic]
    super(list.map((d) => d.summary).join('; '))
    this.name = 'DiagnosticError'
    this.diagnostics = list
  }
}

export const formatSource = (s: Source): string => `${s.file}:${s.line}:${s.column}`
