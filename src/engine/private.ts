import { contentDiff } from './diffs.ts'

/** True where only its owner (and group) may read it. A mode that is not known is not. */
export const isPrivate = (mode: string | undefined): boolean =>
  mode !== undefined && (Number.parseInt(mode, 8) & 0o004) === 0

const note = 'not shown: others may not read this file; --private shows it'

/** In place of an aspect's value. */
export const hiddenValue = `‹${note}›`

/** Which lines of a diff are somebody else's and not to be shown. */
export interface Hidden {
  readonly gone: boolean
  readonly come: boolean
}

/** Of a file that others may not read: what stays is left out, and what is hidden is counted. */
export const privateDiff = (hidden: Hidden, ...sides: Parameters<typeof contentDiff>): string => {
  const [path, before, after, mask] = sides
  const hides = (sign: string): boolean => (sign === '-' && hidden.gone) || (sign === '+' && hidden.come)
  const out: string[] = []
  let [sign, count] = ['', 0]
  const tell = (): void => {
    if (count > 0) out.push(`${sign}‹${count === 1 ? '1 line' : `${count} lines`} ${note}›`)
    count = 0
  }
  for (const [at, line] of contentDiff(path, before, after, mask, 0).split('\n').entries()) {
    const first = at > 1 ? (line[0] ?? '') : ''
    if (!hides(first) || first !== sign) tell()
    if (hides(first)) [sign, count] = [first, count + 1]
    else out.push(line)
  }
  tell()
  return out.join('\n')
}
