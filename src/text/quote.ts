const plain = /^[A-Za-z0-9_@%+=:,./-]+$/

/**
 * One argument as a POSIX shell reads it back, byte for byte. The only place of Hexis that quotes for a shell.
 * A NUL byte has no form in a shell and is a bug of the caller.
 *
 * @example quote(`it's`) // 'it'\''s'
 */
export const quote = (argument: string): string => {
  if (argument.includes('\0')) throw new Error('a shell argument cannot hold a NUL byte')
  if (plain.test(argument) && !argument.includes('=')) return argument
  return `'${argument.replaceAll("'", `'\\''`)}'`
}

/** A whole command line. */
export const quoteArgv = (argv: readonly string[]): string => argv.map(quote).join(' ')
