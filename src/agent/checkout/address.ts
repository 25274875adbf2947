import { DiagnosticError } from '../../diagnostics/diagnostic.ts'

const forms = [
  /^\/[^/]/, // a path of this machine
  /^file:\/\/\/[^/]/,
  /^https:\/\/[^/\s-][^\s]*$/,
  /^ssh:\/\/(?:[\w.+][\w.+-]*@)?[\w.[][^\s/@]*\/\S+$/,
  /^(?:[\w.+][\w.+-]*@)?\w[\w.-]*:(?!:)(?!\/\/)[^\s-]\S*$/, // user@host:path
]

const isWhole = (text: string): boolean => ![...text].some((char) => char < ' ' || char === '\u007f')

/** An address without the password that it may hold. */
export const withoutPassword = (text: string): string => text.replace(/(\/\/[^/@\s:]*):[^/@\s]*@/g, '$1:…@')

/**
 * The address of a repository, as it is handed to git: over ssh or https, or a path of this machine. All else is
 * refused, since git has transports that start any program.
 * @throws DiagnosticError
 */
export const repositoryAddress = (text: string): string => {
  if (isWhole(text) && forms.some((form) => form.test(text))) return text
  throw new DiagnosticError({
    severity: 'error',
    code: 'bad-argument',
    summary: `'${withoutPassword(text)}' is no address of a repository that an agent follows`,
    hint: 'Write ssh://git@host/path, git@host:path, https://host/path or an absolute path of the machine.',
  })
}

/** The path of a repository of this machine. */
export const localPath = (address: string): string | undefined => {
  if (address.startsWith('/')) return address
  return address.startsWith('file://') ? decodeURIComponent(address.slice('file://'.length)) : undefined
}

const oddInRef = /[\s~^:?*[\\]|\.\.|@\{|\/\/|\.lock(\/|$)|(^|\/)\.|[./]$|^\/|^-/

/** True for what git accepts as the name of a branch or tag below `refs/heads/` or `refs/tags/`. */
export const isRefName = (name: string): boolean => name !== '' && name !== '@' && isWhole(name) && !oddInRef.test(name)
