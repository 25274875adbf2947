import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic, Source } from '../../diagnostics/diagnostic.ts'
import type { Json } from '../../document/document.ts'
import type { Part } from '../../text/text.ts'
import { parseTemplate, type TemplateMistake } from './parse.ts'
import { renderTemplate } from './render.ts'

/** Largest template in bytes; what is larger is data, and goes by `file`. */
const templateLimitBytes = 4 * 1024 * 1024

/** A mistake with its place in the template, where it has one. */
interface FilledMistake extends Pick<Diagnostic, 'code' | 'summary' | 'detail' | 'hint'> {
  readonly place?: Source
}

interface Filled {
  readonly parts: readonly Part[]
  readonly mistakes: readonly FilledMistake[]
}

const placeOf = (file: string, text: string, at: number): Source => {
  const before = text.slice(0, at).split('\n')
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

const withPlace = (mistake: TemplateMistake, file: string, text: string): FilledMistake => ({
  code: mistake.code,
  summary: `${mistake.summary}, in ${file}`,
  place: placeOf(file, text, mistake.at),
  ...(mistake.hint === undefined ? {} : { hint: mistake.hint }),
})

const wrongFile = (source: string, detail: string): Filled => ({
  parts: [],
  mistakes: [{ code: 'unreadable-source', summary: `source '${source}' cannot be read`, detail }],
})

const textOf = (path: string): { readonly text: string } | { readonly why: string } => {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > templateLimitBytes) return { why: `It has more than ${templateLimitBytes} bytes.` }
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch (error) {
    return {
      why: error instanceof TypeError ? 'It is no UTF-8.' : error instanceof Error ? error.message : String(error),
    }
  }
}

/** A template of the config repository, filled with variables: the text with its holes, or all that is wrong. */
export const filledTemplate = (
  root: string,
  source: string,
  vars: { readonly [name: string]: Json },
  [open = '{{', close = '}}']: readonly string[] = [],
): Filled => {
  const read = textOf(join(root, source))
  if ('why' in read) return wrongFile(source, read.why)
  const parsed = parseTemplate(read.text, [open, close])
  if (parsed.mistake !== undefined) return { parts: [], mistakes: [withPlace(parsed.mistake, source, read.text)] }
  const { parts, mistakes } = renderTemplate(parsed.nodes, vars)
  return { parts, mistakes: mistakes.map((one) => withPlace(one, source, read.text)) }
}
