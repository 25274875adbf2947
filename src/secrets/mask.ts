import { createHash } from 'node:crypto'

const masked = '‹secret›'
/** Shorter values are words that occur everywhere; masking them would hide the rest of the text and reveal them. */
const shortestBytes = 3

/** The characters of base64 that only `bytes` decides, when it begins at `offset` of a group of three. */
const base64At = (bytes: Uint8Array, offset: number): string => {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const first = Math.ceil((offset * 4) / 3)
  const last = Math.floor(((offset + bytes.length) * 4) / 3)
  return whole.slice(first, last)
}

const urlSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_')

const percentOfAll = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')

/** As in the step language: all but unreserved printable ASCII. */
const percentOfSteps = (bytes: Uint8Array): string =>
  [...bytes]
    .map((byte) => {
      const char = String.fromCharCode(byte)
      return byte <= 0x20 || byte >= 0x7f || ' %#&=;<"'.includes(char) ? percentOfAll(Uint8Array.of(byte)) : char
    })
    .join('')

const jsonEscaped = (value: string): readonly string[] => {
  const json = JSON.stringify(value).slice(1, -1)
  const ascii = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [json, ascii, json.replaceAll('/', '\\/')]
}

const formsOf = (bytes: Uint8Array): readonly string[] => {
  const value = Buffer.from(bytes).toString()
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset))
  const hash = createHash('sha256').update(bytes).digest('hex')
  const percent = [encodeSafely(value), percentOfAll(bytes), percentOfSteps(bytes)]
  const hex = Buffer.from(bytes).toString('hex')
  return [
    value,
    Buffer.from(bytes).toString('base64'),
    ...base64,
    ...base64.map(urlSafe),
    ...percent,
    ...percent.map((p) => p.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    ...jsonEscaped(value),
    hex,
    hex.toUpperCase(),
    hash,
    hash.toUpperCase(),
  ]
}

/** `encodeURIComponent`, which throws on a lone surrogate. */
const encodeSafely = (value: string): string => encodeURIComponent(value.toWellFormed())

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Takes secrets out of any text that a person or a file may get: raw, base64 at each alignment, percent-encoded,
 * JSON-escaped, in hexadecimal, and as plain SHA-256. Lives for one run and learns every secret that is resolved.
 */
export class Mask {
  readonly #forms = new Set<string>()
  #pattern: RegExp | undefined

  /** Learns one resolved value; each of its longer lines too, since diffs go line by line. */
  add(secret: string | Uint8Array): void {
    const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
    const lines = Buffer.from(bytes).toString().split(/\r?\n/)
    this.#learn(bytes)
    if (lines.length > 1) for (const line of lines) this.#learn(Buffer.from(line))
  }

  /** The text with every known secret replaced by `‹secret›`. */
  apply(text: string): string {
    if (this.#forms.size === 0) return text
    this.#pattern ??= new RegExp(
      [...this.#forms]
        .sort((a, b) => b.length - a.length)
        .map(quoted)
        .join('|'),
      'g',
    )
    return text.replace(this.#pattern, masked)
  }

  #learn(bytes: Uint8Array): void {
    if (bytes.length < shortestBytes) return
    for (const form of formsOf(bytes)) if (form.length >= shortestBytes) this.#forms.add(form)
    this.#pattern = undefined
  }
}
