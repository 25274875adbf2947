import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Diagnostic, Source } from '../../diagnostics/diagnostic.ts'
import { formatSource } from '../../diagnostics/diagnostic.ts'
import { inert, inertLines } from '../inert.ts'
import type { Paint } from '../paint.ts'

const excerptFileBytes = 4 * 1024 * 1024
const excerptColumns = 160

/** Reads a source file for its excerpt; undefined when it cannot be read or is too large to be a source. */
export type ReadSource = (file: string) => string | undefined

export const sourceReader =
  (root: string): ReadSource =>
  (file) => {
    try {
      const path = resolve(root, file)
      const about = statSync(path)
      return about.isFile() && about.size <= excerptFileBytes ? readFileSync(path, 'utf8') : undefined
    } catch {
      // An excerpt is a courtesy: the place itself is printed either way.
      return undefined
    }
  }

/** `  12 │ file('/etc/motd', …)` with a caret below the column; `[]` when the line is not there. */
const excerpt = (source: Source, read: ReadSource, paint: Paint): readonly string[] => {
  const line = read(source.file)?.split(/\r?\n/)[source.line - 1]
  if (line === undefined || line.trim() === '') return []
  const cut = Math.max(0, source.column - 1 - excerptColumns / 2)
  const shown = line.slice(cut, cut + excerptColumns).replaceAll('\t', ' ')
  const number = String(source.line)
  const gutter = ' '.repeat(number.length)
  const before = inert(shown.slice(0, Math.max(0, source.column - 1 - cut)))
  return [
    `  ${paint('dim', `${number} │`)} ${inert(shown)}`,
    `  ${paint('dim', `${gutter} │`)} ${' '.repeat(before.length)}${paint('red', '^')}`,
  ]
}

const labelled = (label: string, text: string, paint: Paint): readonly string[] => {
  const [first = '', ...rest] = inertLines(text).trimEnd().split('\n')
  return [`  ${paint('cyan', label)} ${first}`, ...rest.map((line) => `  ${' '.repeat(label.length)} ${line}`)]
}

/** One diagnostic as lines for a person. */
export const renderDiagnostic = (d: Diagnostic, read: ReadSource, paint: Paint): string => {
  const head = paint(d.severity === 'error' ? 'red' : 'yellow', `${d.severity}[${inert(d.code)}]`)
  const place = d.source === undefined ? '' : ` ${inert(formatSource(d.source))}`
  const lines: string[] = [`${head}${place} ${paint('bold', inert(d.summary))}`]
  if (d.source !== undefined) lines.push(...excerpt(d.source, read, paint))
  if (d.detail !== undefined && d.detail !== '')
    lines.push(
      ...inertLines(d.detail)
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    )
  for (const { source, note } of d.related ?? []) {
    lines.push(`  ${inert(formatSource(source))} ${inert(note)}`, ...excerpt(source, read, paint))
  }
  const about = [
    d.host === undefined ? [] : [`host ${inert(d.host)}`],
    d.key === undefined ? [] : [inert(d.key)],
  ].flat()
  if (about.length > 0) lines.push(...labelled('on:', about.join(', '), paint))
  if (d.hint !== undefined) lines.push(...labelled('hint:', d.hint, paint))
  return `${lines.join('\n')}\n`
}

const order = (a: Diagnostic, b: Diagnostic): number =>
  (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1) ||
  (a.source?.file ?? '').localeCompare(b.source?.file ?? '') ||
  (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
  (a.source?.column ?? 0) - (b.source?.column ?? 0)

/** Equal diagnostics of several hosts are one, with all their hosts. */
const merged = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const groups = new Map<string, { readonly first: Diagnostic; readonly hosts: string[] }>()
  for (const d of diagnostics) {
    const { host, ...rest } = d
    const id = JSON.stringify(rest)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, { first: d, hosts: host === undefined ? [] : [host] })
    else if (host !== undefined && !group.hosts.includes(host)) group.hosts.push(host)
  }
  return [...groups.values()].map(({ first, hosts }) =>
    hosts.length < 2 ? first : { ...first, host: hosts.join(', ') },
  )
}

/** All diagnostics, errors first, then by place, one blank line between. */
export const renderDiagnostics = (diagnostics: readonly Diagnostic[], read: ReadSource, paint: Paint): string =>
  [...merged(diagnostics)]
    .sort(order)
    .map((d) => renderDiagnostic(d, read, paint))
    .join('\n')
