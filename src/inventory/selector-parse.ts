import type { Selector } from './selector.ts'
import type { Token } from './selector-tokens.ts'
import { selectorError, tokensOf } from './selector-tokens.ts'

/** Parentheses within each other. */
const depthLimit = 100

/**
 * ```
 * or    := and ("or" and)*          and  := not ("and" not)*      not := "not" not | list
 * list  := one ("," one)*           one  := "(" or ")" | "@" group | name | field test
 * test  := "=" value | "!=" value | "in" "(" value ("," value)* ")"
 * ```
 * @throws DiagnosticError with the character where it went wrong
 */
export const parseSelector = (selector: string): Selector => {
  const tokens = tokensOf(selector)
  let position = 0
  let depth = 0
  const end: Token = { is: 'end', text: 'the end', at: selector.length + 1 }
  const peek = (): Token => tokens[position] ?? end
  const next = (): Token => tokens[position++] ?? end
  const takes = (text: string, is: Token['is'] = 'mark'): boolean => {
    const fits = peek().is === is && peek().text === text
    if (fits) position++
    return fits
  }
  const fail = (found: Token, wanted: string): never => {
    throw selectorError(
      selector,
      found.at,
      `expected ${wanted}, found ${found.is === 'end' ? 'the end' : `'${found.text}'`}`,
    )
  }
  const series = (is: 'and' | 'or', of: () => Selector, goesOn: () => boolean): Selector => {
    const first = of()
    const all = [first]
    while (goesOn()) all.push(of())
    return all.length === 1 ? first : { is, of: all }
  }
  const or = (): Selector => series('or', and, () => takes('or', 'word'))
  const and = (): Selector => series('and', not, () => takes('and', 'word'))
  const not = (): Selector => {
    let negated = false
    while (takes('not', 'word')) negated = !negated
    const of = list()
    return negated ? { is: 'not', of } : of
  }
  const list = (): Selector => series('or', one, () => takes(','))
  const one = (): Selector => {
    if (takes('(')) {
      if (++depth > depthLimit) throw selectorError(selector, peek().at, 'has too many parentheses')
      const inner = or()
      depth--
      return takes(')') ? inner : fail(peek(), `')'`)
    }
    const first = next()
    const isName = first.is === 'quoted' || (first.is === 'word' && !/^(and|or|not|in)$/.test(first.text))
    if (!isName) return fail(first, 'a host, @group or label')
    if (takes('=')) return match(first, [value()])
    if (takes('!=')) return { is: 'not', of: match(first, [value()]) }
    if (takes('in', 'word')) return match(first, values())
    if (first.text.startsWith('@')) return { is: 'group', name: first.text.slice(1), at: first.at }
    return { is: 'name', pattern: first.text, at: first.at }
  }
  const match = (field: Token, of: readonly string[]): Selector => ({
    is: 'match',
    field: field.text,
    values: of,
    at: field.at,
  })
  const value = (): string => {
    const found = next()
    return found.is === 'word' || found.is === 'quoted' ? found.text : fail(found, 'a value')
  }
  const values = (): readonly string[] => {
    if (!takes('(')) fail(peek(), `'(' after in`)
    const all = [value()]
    while (takes(',')) all.push(value())
    return takes(')') ? all : fail(peek(), `')'`)
  }
  const parsed = or()
  return peek().is === 'end' ? parsed : fail(peek(), `'and', 'or' or the end`)
}
