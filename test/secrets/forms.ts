import { createHash } from 'node:crypto'

/** Every form in which a secret must be found nowhere. */
export const formsOf = (secret: string): ReadonlyMap<string, string> => {
  const bytes = Buffer.from(secret)
  // Base64 of a text that holds the secret at each of the three offsets, without the characters that its neighbours decide.
  const aligned = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '')
    return whole.slice(offset === 0 ? 0 : offset + 1, -2)
  })
  return new Map([
    ['plain', secret],
    ...aligned.map((text, i) => [`base64, offset ${i}`, text] as const),
    ['percent', encodeURIComponent(secret)],
    [
      'step',
      [...bytes]
        .map((b) =>
          /[!$'-,.-9>-_a-~-]/.test(String.fromCharCode(b)) && b !== 0x3b
            ? String.fromCharCode(b)
            : `%${b.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .join(''),
    ],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['hex', bytes.toString('hex')],
    ['SHA-256', createHash('sha256').update(bytes).digest('hex')],
    ['SHA-256 of its line', createHash('sha256').update(`${secret}\n`).digest('hex')],
  ])
}

/** The forms that stand in `haystack`. */
export const found = (haystack: string | Buffer, secrets: readonly string[]): readonly string[] =>
  secrets.flatMap((secret, i) =>
    [...formsOf(secret)].filter(([, form]) => haystack.includes(form)).map(([name]) => `secret ${i + 1}: ${name}`),
  )
