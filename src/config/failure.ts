import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Diagnostic, Source } from '../diagnostics/diagnostic.ts'
import { relativeSource } from '../document/relative-source.ts'

/**
 * Diagnostics that an error carries. Told by shape, not by class: a config may throw one that another instance of Hexis
 * in this process made.
 */
const carried = (error: unknown): readonly Diagnostic[] | undefined => {
  if (!(error instanceof Error) || error.name !== 'DiagnosticError' || !('diagnostics' in error)) return undefined
  return Array.isArray(error.diagnostics) ? error.diagnostics : undefined
}

const ownSources = fileURLToPath(new URL('../', import.meta.url))
const frame = /\(?(file:\/\/[^\s()]*?)(?:\?[^:\s()]*)?:(\d+):(\d+)\)?$/
/** The first line of a syntax error's stack: the place, then the line of code and carets below it. */
const heading = /^(file:\/\/\S*?|\/[^\n]*?)(?:\?[^:\n]*)?:(\d+)\n/

const pathOf = (name: string): string => (name.startsWith('file:') ? fileURLToPath(name) : name)

const importedFrom = /^Cannot find (?:module|package) '([^']+)' imported from (.+)$/

/** Node does not say which line imports a module that is not there: the one that writes its name. */
const missingImport = (message: string): Source | undefined => {
  const [, missing, from] = importedFrom.exec(message.split('\n')[0] ?? '') ?? []
  if (missing === undefined || from === undefined || !existsSync(from)) return undefined
  const lines = readFileSync(from, 'utf8').split('\n')
  const index = lines.findIndex((line) => /\b(from|import)\b/.test(line) && line.includes(basename(missing)))
  if (index < 0) return { file: from, line: 1, column: 1 }
  const column = (lines[index] ?? '').search(/['"][^'"]*['"]\s*\)?;?\s*$/)
  return { file: from, line: index + 1, column: Math.max(column, 0) + 1 }
}

/** The mark by which a load is told from the one before is no part of any name. */
const unmarked = (message: string): string => message.replaceAll(/\?hexis-load=\d+/g, '')

/** Where a person's code threw; found in the text of the stack, since the error exists already. */
const thrownAt = (error: Error): Source | undefined => {
  const stack = error.stack ?? ''
  const head = heading.exec(stack)
  if (head?.[1] !== undefined) {
    const caret = stack.split('\n').find((line) => /^\s*\^+$/.test(line))
    return { file: pathOf(head[1]), line: Number(head[2]), column: caret === undefined ? 1 : caret.indexOf('^') + 1 }
  }
  for (const line of stack.split('\n')) {
    const found = frame.exec(line.trim())
    if (found?.[1] === undefined) continue
    const file = pathOf(found[1])
    const own = file.startsWith(ownSources) && !/\.test\.ts$/.test(file)
    if (!own && existsSync(file)) return { file, line: Number(found[2]), column: Number(found[3]) }
  }
  return undefined
}

const relativeDiagnostic = (root: string, diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  ...(diagnostic.source === undefined ? {} : { source: relativeSource(root, diagnostic.source) }),
  ...(diagnostic.related === undefined
    ? {}
    : { related: diagnostic.related.map((one) => ({ ...one, source: relativeSource(root, one.source) })) }),
})

export interface FailureContext {
  readonly root: string
  readonly host?: string
  /** What was being done: `configure(web1) threw`. */
  readonly what: string
  /** Where it was, if the error does not say. */
  readonly fallback?: Source
}

/** Anything that a config threw, as diagnostics with positions relative to the config root. */
export const failureDiagnostics = (error: unknown, context: FailureContext): readonly Diagnostic[] => {
  const host = context.host === undefined ? {} : { host: context.host }
  const known = carried(error)
  if (known !== undefined) return known.map((d) => relativeDiagnostic(context.root, { ...host, ...d }))
  const message = unmarked(error instanceof Error ? error.message : String(error))
  const source = missingImport(message) ?? (error instanceof Error ? thrownAt(error) : undefined) ?? context.fallback
  return [
    {
      severity: 'error',
      code: 'config-threw',
      summary: `${context.what}: ${message.split('\n')[0] ?? ''}`,
      ...(message.includes('\n') ? { detail: message } : {}),
      ...(source === undefined ? {} : { source: relativeSource(context.root, source) }),
      ...host,
    },
  ]
}
