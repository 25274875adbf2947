import { inspect } from 'node:util'
import { callSites } from '../diagnostics/call-sites.ts'
import { DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Held, Part, Text } from './text.ts'
import { heldTag } from './text.ts'

const refuse = (): never => {
  const source = callSites()[0]
  throw new DiagnosticError({
    severity: 'error',
    code: 'held-as-string',
    summary: 'text that is not known yet cannot become a string',
    detail: 'A secret, fact or probe output is filled in later; here it would be printed or lost.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it shows what to write
    hint: 'Use the text tag: text`…${secret.env(NAME)}…` (imported from hexis).',
    ...(source === undefined ? {} : { source }),
  })
}

const prototype = {
  toString: refuse,
  valueOf: refuse,
  [Symbol.toPrimitive]: refuse,
  [inspect.custom]: (): string => '[held]',
  toJSON(this: Held): { readonly $text: readonly Part[] } {
    return { $text: this[heldTag] }
  },
}

/** Text with holes: never a string, in JSON a reference. Neighbouring literals are joined, empty ones dropped. */
export const held = (parts: readonly Part[]): Held =>
  Object.freeze(
    Object.create(prototype, { [heldTag]: { value: Object.freeze(joined(parts)), enumerable: false } }) as Held,
  )

const joined = (parts: readonly Part[]): readonly Part[] => {
  const out: Part[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if (part === '') continue
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part
    else out.push(part)
  }
  return out
}

export const isHeld = (value: unknown): value is Held => typeof value === 'object' && value !== null && heldTag in value

/** The parts of any text; a plain string is one part. */
export const partsOf = (text: Text): readonly Part[] => (typeof text === 'string' ? [text] : text[heldTag])
