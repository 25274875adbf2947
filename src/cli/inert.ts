/**
 * Everything that a terminal might obey: C0 and C1 controls, DEL, and the characters that reorder or hide text
 * (CVE-2021-42574). Text from hosts and configs passes here before it is shown.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const obeyed = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x1b': '\\e' }

const visible = (char: string): string => {
  const code = char.charCodeAt(0)
  return named[char] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`)
}

/** One line of text that cannot move the cursor, colour, ring, retitle or reorder. */
export const inert = (text: string): string => text.replace(obeyed, visible)

/** Several lines: newlines and tabs keep their meaning, nothing else does. */
export const inertLines = (text: string): string =>
  text.replace(obeyed, (char) => (char === '\n' || char === '\t' ? char : visible(char)))
