/**
 * Percent-encoding of the step language. Encoded: space `%` `#` `&` `=` `;` `<` `"`, control bytes and every byte
 * above 0x7e. Bytes that are no valid UTF-8 are held in strings as lone surrogates U+DC80…U+DCFF (one a byte), so that
 * any file name a host can have survives the round trip.
 */
const plain = /^[!$'-:>?@A-Z[-~*+,.()/\\^_`{|}]*$/
const special = new Set([...' %#&=;<"'].map((c) => c.charCodeAt(0)))
const hex = Array.from({ length: 256 }, (_, b) => `%${b.toString(16).toUpperCase().padStart(2, '0')}`)
const utf8 = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The bytes of a decoded text, lone escape surrogates back as the bytes that they stand for. */
export const bytesOf = (text: string): Uint8Array => {
  if (!/[\udc80-\udcff]/.test(text)) return utf8.encode(text)
  const out: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00)
    else out.push(...utf8.encode(char))
  }
  return Uint8Array.from(out)
}

const sequenceLength = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at] ?? 0
  const length =
    first < 0x80
      ? 1
      : first >= 0xc2 && first < 0xe0
        ? 2
        : first >= 0xe0 && first < 0xf0
          ? 3
          : first >= 0xf0 && first < 0xf5
            ? 4
            : 0
  return at + length <= bytes.length ? length : 0
}

/** Text of bytes; see {@link bytesOf} for bytes that are no UTF-8. */
export const textOf = (bytes: Uint8Array): string => {
  try {
    return strict.decode(bytes)
  } catch {
    let out = ''
    for (let at = 0; at < bytes.length; ) {
      const length = sequenceLength(bytes, at)
      let part: string | undefined
      if (length > 0) {
        try {
          part = strict.decode(bytes.subarray(at, at + length))
        } catch {
          part = undefined
        }
      }
      out += part ?? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
      at += part === undefined ? 1 : length
    }
    return out
  }
}

/** `encode('a b') === 'a%20b'`; the empty text is `""`. */
export const encode = (text: string): string => {
  if (text === '') return '""'
  if (plain.test(text)) return text
  let out = ''
  for (const byte of bytesOf(text)) {
    out += byte <= 0x20 || byte >= 0x7f || special.has(byte) ? hex[byte] : String.fromCharCode(byte)
  }
  return out
}

/** Inverse of {@link encode}. A `%` that is not followed by two hex digits stands for itself (the linter names it). */
export const decode = (encoded: string): string => {
  if (encoded === '""') return ''
  if (!encoded.includes('%')) return encoded
  const out: number[] = []
  for (let i = 0; i < encoded.length; i++) {
    const digits = encoded[i] === '%' ? encoded.slice(i + 1, i + 3) : ''
    if (/^[0-9A-Fa-f]{2}$/.test(digits)) {
      out.push(Number.parseInt(digits, 16))
      i += 2
    } else out.push(...bytesOf(encoded[i] ?? ''))
  }
  return textOf(Uint8Array.from(out))
}
