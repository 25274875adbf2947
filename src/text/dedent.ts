/** What a backslash and a letter stand for in a template literal. */
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
}

const escapeSequence = /\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g

const cook = (raw: string): string =>
  raw.replace(escapeSequence, (_all, braced?: string, four?: string, two?: string, letter = '') => {
    const code = braced ?? four ?? two
    return code === undefined ? (escapes[letter] ?? letter) : String.fromCodePoint(Number.parseInt(code, 16))
  })

/**
 * The literals of a template without their common indentation, and without the line break after the opening and the
 * indentation before the closing backtick. Only what is written counts: neither values nor escapes such as `\n`.
 */
export const dedent = (raws: readonly string[]): readonly string[] => {
  const lines = raws.map((raw) => raw.replaceAll('\r\n', '\n'))
  const whole = lines.join('\0')
  if (!whole.includes('\n')) return lines.map(cook)
  const opens = whole.startsWith('\n') || /^[ \t]+\n/.test(whole)
  const indents: number[] = []
  whole.split('\n').forEach((line, index) => {
    if (index === 0 || line.trim() === '') return
    indents.push(line.length - line.trimStart().length)
  })
  const indent = indents.length === 0 ? 0 : Math.min(...indents)
  const stripped = lines.map((raw, index) => {
    let out = raw.replaceAll(new RegExp(`\\n[ \\t]{0,${indent}}`, 'g'), '\n')
    if (index === 0 && opens) out = out.replace(/^[ \t]*\n/, '')
    if (index === lines.length - 1) out = out.replace(/\n[ \t]+$/, '\n')
    return out
  })
  return stripped.map(cook)
}
