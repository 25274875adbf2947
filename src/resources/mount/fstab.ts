const escapes: Readonly<Record<string, string>> = {
  ' ': '\\040',
  '\t': '\\011',
  '\n': '\\012',
  '\\': '\\134',
  '#': '\\043',
}

/** A field of fstab(5): blanks and the like as octal numbers. */
export const fieldOf = (text: string): string => text.replace(/[ \t\n\\#]/g, (found) => escapes[found] ?? found)

/** A line of fstab(5). */
export const tableLine = (fields: readonly string[]): string => fields.map(fieldOf).join(' ')
