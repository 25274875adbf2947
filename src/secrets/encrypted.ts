import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts'
import type { Recipient } from './age.ts'
import { secretLimitBytes } from './command.ts'
import { ownIdentities } from './identity.ts'
import type { SecretContext } from './resolve.ts'

/** Armor makes a third more of it, and each recipient some 200 bytes. */
const fileLimitBytes = 2 * secretLimitBytes

const fail = (code: Diagnostic['code'], summary: string, more: Pick<Diagnostic, 'detail' | 'hint'> = {}): never => {
  throw new DiagnosticError({ severity: 'error', code, summary, ...more })
}

/** An encrypted file as it is. @throws DiagnosticError */
export const readEncrypted = async (path: string, shown: string): Promise<Uint8Array> => {
  try {
    const handle = await open(path)
    try {
      const found = await handle.stat()
      if (!found.isFile()) fail('secret-missing', `${shown} is no file`)
      if (found.size > fileLimitBytes) fail('secret-too-large', `${shown} is larger than ${fileLimitBytes} bytes`)
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof DiagnosticError) throw error
    const detail = error instanceof Error ? error.message : String(error)
    return fail('secret-missing', `${shown} cannot be read`, { detail })
  }
}

const recipientWords = ({ key, host }: Recipient): string => (host === undefined ? key : `${host} (${key})`)

const forWhom = (recipients: { readonly named: readonly Recipient[]; readonly count: number } | undefined): string => {
  const { named, count } = recipients ?? { named: [], count: 0 }
  if (named.length > 0) return `It is encrypted for ${named.map(recipientWords).join(', ')}.`
  return `It is encrypted for ${count === 1 ? 'one other key' : `${count} other keys`}; the file does not say which.`
}

/** What is in an encrypted file, with the keys of this machine. @throws DiagnosticError */
export const decrypted = async (path: string, shown: string, env: SecretContext['env']): Promise<Uint8Array> => {
  const file = await readEncrypted(path, shown)
  const { open: opened, recipientsIn } = await import('./age.ts')
  const { keys, files } = await ownIdentities(env)
  if (keys.length === 0)
    return fail('secret-key', `${shown} needs a key, and this machine has none`, {
      detail: `Looked for ${files.join(' and ')}. ${forWhom(recipientsIn(file))}`,
      hint: '`hexis secret key` makes a key; name a file with one in HEXIS_AGE_IDENTITY.',
    })
  const result = await opened(file, keys)
  if (result.is === 'damaged') return fail('secret-damaged', `${shown} cannot be decrypted: ${result.why}`)
  if (result.is === 'other-key')
    return fail('secret-key', `${shown} is not encrypted for a key of this machine`, {
      detail: `${forWhom(recipientsIn(file))} This machine has ${keys.map(({ recipient }) => recipient).join(', ')}.`,
      hint: 'Someone who can open it adds this key: `hexis secret rekey FILE --to …`.',
    })
  if (result.text.length > secretLimitBytes)
    return fail('secret-too-large', `${shown} holds more than ${secretLimitBytes} bytes`)
  return result.text
}

/** Reads `secret.age(FILE)`. */
export const fromAge = (path: string, context: SecretContext): Promise<Uint8Array> =>
  decrypted(resolve(context.configRoot, path), `secret.age('${path}')`, context.env)
