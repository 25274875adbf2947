import { createHash } from 'node:crypto'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { encode } from './encoding.ts'
import { formatArgs, formatStep, parseArgs, parseStep } from './parse.ts'
import type { Step } from './step.ts'

export interface ListHeader {
  readonly host: string
  readonly os: string
  readonly site: string
}

/** One line as written: a step, a comment (with its `#`), or a blank line. */
export type Line =
  | { readonly is: 'step'; readonly step: Step; readonly number: number }
  | { readonly is: 'comment'; readonly text: string; readonly number: number }

export interface StepList {
  readonly header?: ListHeader
  readonly lines: readonly Line[]
  readonly steps: readonly Step[]
  readonly diagnostics: readonly Diagnostic[]
}

const supported = 1

const parseHeader = (line: string, file: string): { header?: ListHeader; error?: Diagnostic } => {
  const [format = '', ...rest] = line.split(' ')
  const major = Number(format.slice('steps/'.length))
  const source = { file, line: 1, column: 1 }
  if (major !== supported) {
    return {
      error: {
        severity: 'error',
        code: 'newer-format',
        summary: `this list has the format ${format}, which this Hexis does not read`,
        hint: `It reads steps/${supported}; use a newer Hexis.`,
        source,
      },
    }
  }
  const args = parseArgs(rest.join(' '))
  return { header: { host: args.host ?? '', os: args.os ?? '', site: args.site ?? '' } }
}

/** Parses a whole list; every error is collected with its place. Never throws. */
export const parseList = (text: string, file: string): StepList => {
  const lines: Line[] = []
  const steps: Step[] = []
  const diagnostics: Diagnostic[] = []
  let header: ListHeader | undefined
  const all = text.split('\n')
  if (all.at(-1) === '') all.pop()
  for (const [index, line] of all.entries()) {
    const number = index + 1
    if (index === 0 && line.startsWith('steps/')) {
      const parsed = parseHeader(line, file)
      header = parsed.header
      if (parsed.error !== undefined) return { lines, steps, diagnostics: [parsed.error] }
    } else if (line.trim() === '' || line.startsWith('#')) {
      lines.push({ is: 'comment', text: line.trimEnd(), number })
    } else {
      const parsed = parseStep(line)
      if (parsed.step === undefined) diagnostics.push({ ...parsed.error, source: { file, line: number, column: 1 } })
      else {
        lines.push({ is: 'step', step: parsed.step, number })
        steps.push(parsed.step)
      }
    }
  }
  return header === undefined ? { lines, steps, diagnostics } : { header, lines, steps, diagnostics }
}

export const formatHeader = (header: ListHeader): string =>
  `steps/${supported} ${formatArgs({ host: header.host, os: header.os, site: header.site })}`

/** Canonical text of a list, one final newline, comments kept where `list.lines` holds them. */
export const formatList = (list: {
  readonly header?: ListHeader
  readonly lines?: readonly Line[]
  readonly steps: readonly Step[]
}): string => {
  const body =
    list.lines === undefined
      ? list.steps.map((s) => formatStep(s))
      : list.lines.map((l) => (l.is === 'step' ? formatStep(l.step) : l.text))
  const all = list.header === undefined ? body : [formatHeader(list.header), ...body]
  return all.length === 0 ? '' : `${all.join('\n')}\n`
}

/** Identity of a list: SHA-256 over its steps, without header, comments and sources. */
export const listDigest = (steps: readonly Step[]): string => {
  const hash = createHash('sha256')
  for (const step of steps) hash.update(`${step.text}\n`)
  return hash.digest('hex')
}

/** What a formatter would change and what is doubtful, line by line. */
export const lintList = (text: string, file: string, verbs?: ReadonlySet<string>): readonly Diagnostic[] => {
  const parsed = parseList(text, file)
  const out: Diagnostic[] = [...parsed.diagnostics]
  const seen = new Map<string, number>()
  const original = text.split('\n')
  for (const line of parsed.lines) {
    if (line.is !== 'step') continue
    const source = { file, line: line.number, column: 1 }
    if (formatStep(line.step) !== original[line.number - 1])
      out.push({
        severity: 'warning',
        code: 'not-canonical',
        summary: 'the line is not in canonical form',
        hint: `hexis steps fmt ${encode(file)} writes it as: ${formatStep(line.step)}`,
        source,
      })
    if (verbs !== undefined && !verbs.has(line.step.verb))
      out.push({
        severity: 'error',
        code: 'unknown-verb',
        summary: `no kind of state knows the verb ${line.step.verb}`,
        source,
      })
    const before = seen.get(line.step.text)
    if (before !== undefined)
      out.push({
        severity: 'warning',
        code: 'repeated-step',
        summary: `the same step stands on line ${before}`,
        source,
      })
    seen.set(line.step.text, line.number)
  }
  return out
}

const includeDepth = 16

/** Replaces `INCLUDE file` by the steps of that file; `read` answers undefined where there is no such file. */
export const expandIncludes = (
  steps: readonly Step[],
  read: (file: string) => string | undefined,
  trail: readonly string[] = [],
): { readonly steps: readonly Step[]; readonly diagnostics: readonly Diagnostic[] } => {
  const out: Step[] = []
  const diagnostics: Diagnostic[] = []
  for (const step of steps) {
    if (step.verb !== 'INCLUDE') {
      out.push(step)
      continue
    }
    const file = step.target
    const text = trail.includes(file) || trail.length >= includeDepth ? undefined : read(file)
    if (text === undefined) {
      const why = trail.includes(file)
        ? `${[...trail, file].join(' includes ')}: a circle`
        : trail.length >= includeDepth
          ? `more than ${includeDepth} levels deep`
          : 'there is no such file'
      diagnostics.push({
        severity: 'error',
        code: 'bad-include',
        summary: `cannot include ${file}: ${why}`,
        ...(step.source === undefined ? {} : { detail: `included at ${step.source}` }),
      })
      continue
    }
    const list = parseList(text, file)
    const nested = expandIncludes(
      list.lines.flatMap((l) =>
        l.is === 'step' ? [{ ...l.step, source: l.step.source ?? `${file}:${l.number}:1` }] : [],
      ),
      read,
      [...trail, file],
    )
    out.push(...nested.steps)
    diagnostics.push(...list.diagnostics, ...nested.diagnostics)
  }
  return { steps: out, diagnostics }
}
