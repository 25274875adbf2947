import { createHash } from 'node:crypto'
import { createTwoFilesPatch } from 'diff'

/** Bytes of one side at most; more is shown as a binary file is. */
export const diffLimitBytes = 256 * 1024
const linesShown = 400

const isText = (bytes: Uint8Array): boolean => !bytes.includes(0)

const summary = (bytes: Uint8Array | undefined): string =>
  bytes === undefined
    ? 'absent'
    : `binary, ${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`

/**
 * Unified diff of one file, without the `Index` noise; `mask` runs over both sides first, so that a secret is on
 * neither. Undefined = the file is not there.
 */
export const contentDiff = (
  path: string,
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
  mask: (text: string) => string,
  contextLines = 3,
): string => {
  const sides = [before, after]
  if (sides.some((s) => s !== undefined && (!isText(s) || s.length > diffLimitBytes)))
    return `${summary(before)} → ${summary(after)}\n`
  const [left = '', right = ''] = sides.map((s) => (s === undefined ? '' : mask(Buffer.from(s).toString('utf8'))))
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : path,
    after === undefined ? '/dev/null' : path,
    left,
    right,
    '',
    '',
    { context: contextLines },
  )
  const lines = patch.split('\n').filter((line, at) => !/^=+$/.test(line) && !(at === 0 && line.startsWith('Index: ')))
  if (lines.at(-1) === '') lines.pop()
  const shown =
    lines.length > linesShown ? [...lines.slice(0, linesShown), `… ${lines.length - linesShown} more lines`] : lines
  return `${shown.join('\n')}\n`
}

/** Shown where either side is secret: that it differs, never how or by how much. */
export const sealedDiff = (path: string): string => `--- ${path}\n+++ ${path}\n‹content with secrets, not shown›\n`
