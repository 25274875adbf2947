import { dedent } from './dedent.ts'
import { held, isHeld, partsOf } from './held.ts'
import type { Part, Text } from './text.ts'

/** What may stand between `${` and `}` of a text. */
export type TextValue = Text | number | boolean

/**
 * A template without its indentation. Secrets, facts and probe output stay holes; without any the result is a string.
 *
 * @example
 * file('/etc/app.env', { content: text`
 *   WORKERS=${host.vars.workers}
 *   PASSWORD=${secret.env('DB')}
 * ` })
 */
export const text = (strings: TemplateStringsArray, ...values: readonly TextValue[]): Text => {
  const parts: Part[] = []
  dedent(strings.raw).forEach((literal, index) => {
    parts.push(literal)
    const value = values[index]
    if (index >= values.length) return
    if (value === undefined || value === null) throw new TypeError(`value ${index + 1} of a text is ${value}`)
    if (isHeld(value)) parts.push(...partsOf(value))
    else parts.push(String(value))
  })
  return parts.every((part) => typeof part === 'string') ? parts.join('') : held(parts)
}
