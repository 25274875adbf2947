import type { Source } from '../diagnostics/diagnostic.ts'

/** `site.ts:14:3` → a Source. */
export const parseSource = (text: string | undefined): Source | undefined => {
  const match = text === undefined ? null : /^(.*):(\d+):(\d+)$/.exec(text)
  return match === null ? undefined : { file: match[1] ?? '', line: Number(match[2]), column: Number(match[3]) }
}

export const sourceField = (text: string | undefined): { readonly source?: Source } => {
  const source = parseSource(text)
  return source === undefined ? {} : { source }
}
