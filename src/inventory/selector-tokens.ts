import { DiagnosticError } from '../diagnostics/diagnostic.ts'

export interface Token {
  readonly is: 'word' | 'quoted' | 'mark' | 'end'
  readonly text: string
  /** 1-based character in the selector. */
  readonly at: number
}

/** Longer ones are no selector of a person. */
const limitCharacters = 10_000

const token = /\s*(?:(!=|[=(),])|"((?:[^"\\]|\\.)*)"|([^\s(),=!"]+))/y

export const selectorError = (selector: string, at: number, what: string, hint?: string): DiagnosticError =>
  new DiagnosticError({
    severity: 'error',
    code: 'bad-selector',
    summary: `selector '${selector}': ${what}`,
    detail: `At character ${at}.`,
    hint: hint ?? 'For example: web1, web*, @group, role=web, site in (fra, ams), not role=db and facts.os.id=debian',
  })

export const tokensOf = (selector: string): readonly Token[] => {
  if (selector.length > limitCharacters)
    throw selectorError(`${selector.slice(0, 20)}…`, limitCharacters, 'is too long')
  const tokens: Token[] = []
  token.lastIndex = 0
  const end = selector.trimEnd().length
  while (token.lastIndex < end) {
    const from = token.lastIndex
    const found = token.exec(selector)
    if (found === null) throw selectorError(selector, from + 1, `unexpected '${selector.slice(from).trim()[0]}'`)
    const [all, mark, quoted, word] = found
    const at = from + all.length - all.trimStart().length + 1
    if (mark !== undefined) tokens.push({ is: 'mark', text: mark, at })
    else if (quoted !== undefined) tokens.push({ is: 'quoted', text: quoted.replace(/\\(.)/g, '$1'), at })
    else tokens.push({ is: 'word', text: word ?? '', at })
  }
  return [...tokens, { is: 'end', text: 'the end', at: selector.length + 1 }]
}
